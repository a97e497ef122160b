import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { EnvironmentError, messageOf } from "../../errors";
import { writeAtomically } from "../../platform/files";
import { type Lock, lockFile } from "../../search/journal/lockFile";

const oldestMinor = 9;
const isWindows = process.platform === "win32";

/**
 * The Python of the project's own `.venv` with everything in requirements.txt. Made on first use and again when
 * requirements.txt changes; a stamp written last tells a complete one from a half-made one, and whoever comes while
 * another process makes it waits.
 * @throws EnvironmentError with what is missing and what to do, and the signal's reason if it is aborted.
 */
export async function virtualEnvironment(
  root: string,
  log: (text: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const requirements = join(root, "requirements.txt");
  const folder = join(root, ".venv");
  const python = join(folder, isWindows ? "Scripts/python.exe" : "bin/python");
  const stamp = join(folder, "requirements.sha256");
  const sum = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  const isComplete = (): boolean => existsSync(stamp) && readFileSync(stamp, "utf8") === sum && works(python);
  if (isComplete()) return python;

  const lock = await lockFolder(folder, log, signal);
  try {
    if (isComplete()) return python;
    const base = works(python) ? undefined : findPython("npm run lab");
    log("Installing JupyterLab into .venv (once, about 300 MB, a minute or two) …");
    if (base !== undefined) await makeEmpty(base, folder, signal);
    await install(python, requirements, signal);
    writeAtomically(stamp, sum);
    return python;
  } finally {
    lock.release();
  }
}

/** Waits while another process makes the folder. */
async function lockFolder(folder: string, log: (text: string) => void, signal: AbortSignal): Promise<Lock> {
  for (let told = false; ; told = true) {
    try {
      return lockFile(folder);
    } catch (error) {
      if (!messageOf(error).includes("is in use by")) throw error;
    }
    if (!told) log("Another npm run lab is installing JupyterLab; waiting for it …");
    await setTimeout(500, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function works(python: string): boolean {
  return spawnSync(python, ["-m", "pip", "--version"], { stdio: "ignore" }).status === 0;
}

/**
 * The name of a Python that JupyterLab runs on.
 * @throws EnvironmentError from `where` if there is none.
 */
export function findPython(where: string): string {
  const found: string[] = [];
  for (const name of isWindows ? ["python", "py"] : ["python3", "python"]) {
    const version = spawnSync(name, ["--version"], { encoding: "utf8" });
    const [text, major, minor] = /(\d+)\.(\d+)\S*/.exec(`${version.stdout}${version.stderr}`) ?? [];
    if (version.status !== 0 || text === undefined) continue;
    if (Number(major) === 3 && Number(minor) >= oldestMinor) return name;
    found.push(text);
  }
  throw new EnvironmentError(
    where,
    `JupyterLab needs Python 3.${oldestMinor} or newer, got ${found.join(" and ") || "none"}; install it from python.org or your package manager and try again (npm start needs no Python)`,
  );
}

async function makeEmpty(python: string, folder: string, signal: AbortSignal): Promise<void> {
  const problem = await run(python, ["-m", "venv", "--clear", folder], signal);
  if (problem === undefined) return;
  throw new EnvironmentError(
    "npm run lab",
    `${python} could not make .venv (on Debian and Ubuntu: apt install python3-venv): ${problem}`,
  );
}

async function install(python: string, requirements: string, signal: AbortSignal): Promise<void> {
  // The pip that comes with an old Python takes forever to choose versions.
  for (const what of [
    ["--upgrade", "pip"],
    ["-r", requirements],
  ]) {
    const options = ["--quiet", "--no-cache-dir", "--disable-pip-version-check", "--retries", "2", ...what];
    const problem = await run(python, ["-m", "pip", "install", ...options], signal);
    if (problem === undefined) continue;
    throw new EnvironmentError(
      "npm run lab",
      `JupyterLab could not be downloaded; connect to the internet and try again (npm start works without): ${problem}`,
    );
  }
}

/** Undefined if the program ended well, else the last line of what it said. */
async function run(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], signal });
  const status = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await status;
  signal.throwIfAborted();
  return code === 0 ? undefined : lastLine(stderr || stdout);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
