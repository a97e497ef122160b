/** The command behind `npm run data:imdb`: downloads IMDB's reviews and words into data/imdb, and checks them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SingleBar } from "cli-progress";
import { ArgumentError, FileError, messageOf } from "../../errors";
import { projectPath } from "../../platform/paths";
import { downloadFile } from "./downloadFile";
import { IMDB_DIRECTORY, type PublishedFile, REVIEWS_FILE, WORDS_FILE } from "./imdbFiles";
import { loadWordIndex } from "./loadWordIndex";
import { readImdb } from "./readImdb";

const usage = `npm run data:imdb [-- OPTIONS]    downloads IMDB's reviews and words into ${IMDB_DIRECTORY}/

  --from URL    a folder of a server that has the same files (default: Keras's)
  --help        this text`;

/** What there is to download, and how a file that is there already is looked into. */
const files: readonly [PublishedFile, () => unknown][] = [
  [REVIEWS_FILE, () => readImdb()],
  [WORDS_FILE, () => loadWordIndex({ dictSize: 100_000 })],
];

function readOptions(): { from?: string; help?: boolean } {
  try {
    return parseArgs({ options: { from: { type: "string" }, help: { type: "boolean" } } }).values;
  } catch (error) {
    const problem = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new ArgumentError("npm run data:imdb", `${problem}; the choices are --from URL and --help`);
  }
}

async function get(file: PublishedFile, check: () => unknown, signal: AbortSignal): Promise<void> {
  const place = join(IMDB_DIRECTORY, file.name);
  if (existsSync(projectPath(place))) {
    try {
      check();
    } catch (error) {
      const problem = messageOf(error);
      throw new FileError(
        place,
        `expected the file published or none, got another (${problem}); move it away first`,
      );
    }
    console.log(`${place} is there already, and good.`);
    return;
  }
  const stream = process.stderr;
  const format = `{bar} ${file.name}  {percentage} %  {eta_formatted} left`;
  const bar = new SingleBar({ stream, format, barsize: 24, clearOnComplete: true, gracefulExit: false });
  if (stream.isTTY) bar.start(file.bytes, 0);
  try {
    await downloadFile(file, projectPath(place), { onProgress: (bytes) => bar.update(bytes), signal });
  } finally {
    bar.stop();
  }
  console.log(`${place} is downloaded, and its checksum is right.`);
}

async function main(): Promise<number> {
  const stop = new AbortController();
  let exitCode = 1;
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      exitCode = code;
      stop.abort(new Error("Stopped; nothing was written."));
    });
  }
  try {
    const { from, help } = readOptions();
    if (help) console.log(usage);
    else {
      for (const [file, check] of files) {
        const url = from === undefined ? file.url : `${from.replace(/\/$/, "")}/${file.name}`;
        await get({ ...file, url }, check, stop.signal);
      }
    }
    return 0;
  } catch (error) {
    console.error(messageOf(error));
    return exitCode;
  }
}

main().then((exitCode) => {
  process.exitCode = exitCode;
});
