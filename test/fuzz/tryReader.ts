import { isDeepStrictEqual } from "node:util";
import { ScratchError } from "scratch-nn";
import { Mutator } from "./Mutator";
import type { Reader } from "./readers";

/** How long a file may take, in milliseconds; a busy machine is given five times that. */
const MOST_TIME = 10_000;

/** What a reader made of a changed file. */
export interface Trial {
  readonly file: Buffer;
  /** What is wrong with the answer; undefined if it is right. */
  readonly problem: string | undefined;
}

/**
 * Gives a reader the changed file that a seed stands for: it has to answer with a value, the same one where the format
 * has a checksum, or with an error of the library that names the file.
 */
export async function tryReader(reader: Reader, seed: number): Promise<Trial> {
  const { files, inside = { open: (file) => file, close: (contents) => contents } } = reader;
  const mutator = new Mutator(seed);
  const good = mutator.pick(files);
  const contents = inside.open(good);
  const file = inside.close(mutator.mutate(contents, files.map(inside.open)));
  const started = performance.now();
  const problem = await judge(reader, good, file);
  const time = performance.now() - started;
  return { file, problem: problem ?? (time > MOST_TIME ? `took ${Math.round(time)} ms` : undefined) };
}

async function judge(reader: Reader, good: Buffer, file: Buffer): Promise<string | undefined> {
  let value: unknown;
  try {
    value = await reader.read(file);
  } catch (error) {
    if (!(error instanceof ScratchError))
      return `got ${error instanceof Error ? error.stack : String(error)}`;
    if (!error.message.includes(reader.file))
      return `expected an error that names ${reader.file}, got ${error.message}`;
    return error.message.length > 2000 ? `got an error of ${error.message.length} characters` : undefined;
  }
  if (!reader.checked || isDeepStrictEqual(value, await reader.read(good))) return undefined;
  return "got other contents, though the format has a checksum";
}
