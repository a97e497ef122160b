import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ArgumentError, EnvironmentError } from "../../errors";
import { writeAtomically } from "../../platform/files";
import { readJson } from "../../platform/readFile";

/** The name that the notebooks ask for. */
const kernelName = "tslab";
/** Tells our kernels from others' of the same name. */
const mark = "scratch-nn";
const library = dirname(require.resolve("scratch-nn/package.json"));
const launcher = join(library, "dist/jupyter/kernel/launcher.js");

/** Where the Jupyter that is installed under `prefix` looks for the kernel. */
export function kernelFolder(prefix: string): string {
  return join(prefix, "share/jupyter/kernels", kernelName);
}

/** Where every Jupyter of this person looks for it (docs.jupyter.org, "Common Directories"). */
export function personalKernelFolder(home: string, environment: NodeJS.ProcessEnv): string {
  const { JUPYTER_DATA_DIR, APPDATA, XDG_DATA_HOME } = environment;
  const ofSystem = {
    darwin: join(home, "Library/Jupyter"),
    win32: join(APPDATA || join(home, "AppData/Roaming"), "jupyter"),
  };
  const data =
    JUPYTER_DATA_DIR ||
    ofSystem[process.platform as keyof typeof ofSystem] ||
    join(XDG_DATA_HOME || join(home, ".local/share"), "jupyter");
  return join(data, "kernels", kernelName);
}

/**
 * Writes the kernel's description into `folder`, with absolute paths: VS Code hides a kernel whose program it does not
 * find. One of ours that is there is replaced.
 * @throws ArgumentError if another kernel of that name is there; EnvironmentError if the project is not built; FileError
 * if it cannot be written.
 */
export function registerKernel(folder: string): void {
  checkOurs(folder);
  if (!existsSync(launcher)) {
    throw new EnvironmentError("npm run kernel", `${launcher} must be there; npm run build makes it`);
  }
  const description = {
    argv: [process.execPath, launcher, "{connection_file}"],
    display_name: "TypeScript",
    language: "typescript",
    interrupt_mode: "message",
    metadata: { [mark]: library },
  };
  writeAtomically(join(folder, "kernel.json"), `${JSON.stringify(description, null, 2)}\n`);
}

/**
 * False if there is none.
 * @throws ArgumentError if another kernel of that name is there.
 */
export function removeKernel(folder: string): boolean {
  if (!existsSync(folder)) return false;
  checkOurs(folder);
  rmSync(folder, { recursive: true });
  return true;
}

function checkOurs(folder: string): void {
  const file = join(folder, "kernel.json");
  if (!existsSync(file)) return;
  const { metadata } = readJson(file) as { metadata?: object };
  if (metadata !== undefined && mark in metadata) return;
  throw new ArgumentError(
    "npm run kernel",
    `${folder} must be free, got another kernel named ${kernelName} (jupyter kernelspec remove ${kernelName} removes it)`,
  );
}
