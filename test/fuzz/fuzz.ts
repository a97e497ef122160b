/** The command behind `npm run fuzz`: gives every reader of files changed ones, each reader in a process of its own. */
import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ArgumentError } from "scratch-nn";
import { makeReaders, type Reader } from "./readers";
import { tryReader } from "./tryReader";

const usage = `npm run fuzz [-- OPTIONS]    gives the readers of files changed ones

  --seconds N    for each reader; 30 if not given
  --reader NAME  only readers whose name has this in it
  --seed N       the first file's; without --seconds only this one
  --help         this text`;

/** A file that takes longer is a hang, and its process is ended. */
const HANG = 30_000;
/** What a process may have, in MiB. */
const MEMORY = 2048;
/** How a process ends that has found a problem and told it. */
const FOUND = 3;
const SAVED = ".scratch/fuzz";

interface Progress {
  readonly seed: number;
}

/** In a process of its own: tells before each file which it is, so that the one that ends the process is known. */
async function tryFiles(reader: Reader, first: number, seconds: number): Promise<number> {
  const end = performance.now() + 1000 * seconds;
  let seed = first;
  do {
    process.send?.({ seed } satisfies Progress);
    const { file, problem } = await tryReader(reader, seed);
    if (problem !== undefined) {
      mkdirSync(SAVED, { recursive: true });
      const path = join(SAVED, `${reader.name.replace(/\W+/g, "-")}-${seed}`);
      writeFileSync(path, file);
      console.error(`${reader.name}: seed ${seed} (${path}): ${problem}`);
      process.exitCode = FOUND;
    }
    seed++;
  } while (performance.now() < end);
  return seed - first;
}

/** Whether the process that tries a reader ended well. */
async function watch(name: string, seconds: number, seed: number): Promise<boolean> {
  const env = {
    ...process.env,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --max-old-space-size=${MEMORY}`,
  };
  const args = [
    "test/fuzz/fuzz.ts",
    "--child",
    "--reader",
    name,
    "--seconds",
    String(seconds),
    "--seed",
    String(seed),
  ];
  const child = fork(join(__dirname, "../../lib/build/run.ts"), args, { env });
  let last = seed;
  let timer: NodeJS.Timeout | undefined;
  child.on("message", (progress: Progress) => {
    last = progress.seed;
    clearTimeout(timer);
    timer = setTimeout(() => child.kill("SIGKILL"), HANG);
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once("exit", (...ended) => resolve(ended));
  });
  clearTimeout(timer);
  if (code !== 0 && code !== FOUND)
    console.error(`${name}: seed ${last} ended the process (${signal ?? code})`);
  return code === 0;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string" },
      reader: { type: "string", default: "" },
      seed: { type: "string" },
      child: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(usage);
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  const seconds = Number(values.seconds ?? (values.seed === undefined ? 30 : 0));
  if (!Number.isSafeInteger(seed) || seed < 0 || !(seconds >= 0)) {
    throw new ArgumentError("npm run fuzz", "--seed and --seconds must be numbers ≥ 0");
  }
  const folder = mkdtempSync(join(tmpdir(), "fuzz-"));
  try {
    const readers = (await makeReaders(folder)).filter(({ name }) => name.includes(values.reader));
    if (readers.length === 0)
      throw new ArgumentError("npm run fuzz", `no reader has "${values.reader}" in its name`);
    for (const reader of readers) {
      if (values.child) {
        if (reader.name !== values.reader) continue;
        console.log(`${reader.name}: ${await tryFiles(reader, seed, seconds)} files from seed ${seed} on`);
      } else if (!(await watch(reader.name, seconds, seed))) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
