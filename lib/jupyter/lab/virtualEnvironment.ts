import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError } from "../../errors";
import { writeAtomically } from "../../platform/files";

const oldestMinor = 9;
const isWindows = process.platform === "win32";

/**
 * The Python of the project's own `.venv` with everything in requirements.txt. Made on first use and again when
 * requirements.txt changes; a stamp written last tells a complete one from a half-made one.
 * @throws EnvironmentError with what is missing and what to do.
 */
export function virtualEnvironment(root: string, log: (text: string) => void): string {
  const requirements = join(root, "requirements.txt");
  const folder = join(root, ".venv");
  const python = join(folder, isWindows ? "Scripts/python.exe" : "bin/python");
  const stamp = join(folder, "requirements.sha256");
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted && works(python)) return python;

  const base = works(python) ? undefined : findPython();
  log("Installing JupyterLab into .venv (once, about 300 MB, a minute or two) …");
  if (base !== undefined) makeEmpty(base, folder);
  install(python, requirements);
  writeAtomically(stamp, wanted);
  return python;
}

function works(python: string): boolean {
  return spawnSync(python, ["-m", "pip", "--version"], { stdio: "ignore" }).status === 0;
}

function findPython(): string {
  const found: string[] = [];
  for (const name of isWindows ? ["python", "py"] : ["python3", "python"]) {
    const version = spawnSync(name, ["--version"], { encoding: "utf8" });
    const [text, major, minor] = /(\d+)\.(\d+)\S*/.exec(`${version.stdout}${version.stderr}`) ?? [];
    if (version.status !== 0 || text === undefined) continue;
    if (Number(major) === 3 && Number(minor) >= oldestMinor) return name;
    found.push(text);
  }
  throw new EnvironmentError(
    "npm run lab",
    `JupyterLab needs Python 3.${oldestMinor} or newer, got ${found.join(" and ") || "none"}; install it from python.org or your package manager and try again (npm start needs no Python)`,
  );
}

function makeEmpty(python: string, folder: string): void {
  const { status, stdout, stderr } = spawnSync(python, ["-m", "venv", "--clear", folder], {
    encoding: "utf8",
  });
  if (status === 0) return;
  throw new EnvironmentError(
    "npm run lab",
    `${python} could not make .venv (on Debian and Ubuntu: apt install python3-venv): ${lastLine(stderr || stdout)}`,
  );
}

function install(python: string, requirements: string): void {
  // The pip that comes with an old Python takes forever to choose versions.
  for (const what of [
    ["--upgrade", "pip"],
    ["-r", requirements],
  ]) {
    const options = ["--quiet", "--no-cache-dir", "--disable-pip-version-check", "--retries", "2", ...what];
    const { status, stderr } = spawnSync(python, ["-m", "pip", "install", ...options], { encoding: "utf8" });
    if (status === 0) continue;
    throw new EnvironmentError(
      "npm run lab",
      `JupyterLab could not be downloaded; connect to the internet and try again (npm start works without): ${lastLine(stderr)}`,
    );
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
