/** The command behind `npm run kernel`: makes the notebooks' kernel known to a Jupyter that is already there. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ArgumentError, messageOf } from "../../errors";
import { projectRoot } from "../../platform/paths";
import { kernelFolder, personalKernelFolder, registerKernel, removeKernel } from "./kernelSpec";
import { findPython } from "./virtualEnvironment";

const usage = `npm run kernel -- [WHERE] [--remove]    registers the notebooks' kernel, or removes it

  --user          for every Jupyter of yours, VS Code included
  --sys-prefix    for the Jupyter of the active Python environment
  --prefix PATH   for the Jupyter installed under PATH
  --help          this text

Without WHERE it is the project's own .venv, where npm run lab registers it by itself.`;

const options = {
  user: { type: "boolean" },
  "sys-prefix": { type: "boolean" },
  prefix: { type: "string" },
  remove: { type: "boolean" },
  help: { type: "boolean" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

function readOptions(): Values {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const [problem] = messageOf(error).split(/\.\s/);
    throw new ArgumentError("npm run kernel", `${problem}; npm run kernel -- --help shows the choices`);
  }
}

function folderOf({ user, "sys-prefix": sysPrefix, prefix }: Values): string {
  if ([user, sysPrefix, prefix !== undefined].filter(Boolean).length > 1) {
    throw new ArgumentError("npm run kernel", "WHERE must be one of --user, --sys-prefix and --prefix");
  }
  if (user) return personalKernelFolder(homedir(), process.env);
  if (sysPrefix) return kernelFolder(activePrefix());
  if (prefix === "") throw new ArgumentError("npm run kernel", '--prefix must be a folder, got ""');
  if (prefix !== undefined) return kernelFolder(resolve(process.env.INIT_CWD ?? "", prefix));
  const own = join(projectRoot(), ".venv");
  if (existsSync(own)) return kernelFolder(own);
  throw new ArgumentError(
    "npm run kernel",
    "WHERE must be --user, --sys-prefix or --prefix PATH: the project has no .venv of its own (npm run lab makes it)",
  );
}

function activePrefix(): string {
  const { VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  if (VIRTUAL_ENV || CONDA_PREFIX) return VIRTUAL_ENV || CONDA_PREFIX || "";
  const python = findPython("npm run kernel");
  return spawnSync(python, ["-c", "import sys; print(sys.prefix)"], { encoding: "utf8" }).stdout.trim();
}

function main(): void {
  const values = readOptions();
  console.log(values.help ? usage : change(folderOf(values), values.remove ?? false));
}

/** @returns what was done. */
function change(folder: string, remove: boolean): string {
  if (remove) return removeKernel(folder) ? `Removed ${folder}` : `There is no kernel in ${folder}`;
  registerKernel(folder);
  return `Registered the kernel "TypeScript" (tslab) in ${folder}`;
}

try {
  main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
