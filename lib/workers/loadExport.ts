import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inWords } from "../checks";
import { ArgumentError, FileError, messageOf } from "../errors";
import { projectPath } from "../platform/paths";

/** A function that every thread can load: an export of a file of JavaScript. */
export interface ModuleExport {
  /** A relative path counts from the project's top folder. */
  readonly file: string;
  /** The name of the export (default: `default`, which `module.exports = …` is too). */
  readonly export?: string;
}

/** @throws ArgumentError from `where` unless it names a file that is there. */
export function checkModuleExport(where: string, { file, export: name }: ModuleExport): void {
  if (typeof file !== "string" || file === "") {
    throw new ArgumentError(where, `file must be the path of a module, got ${inWords(file)}`);
  }
  if (name !== undefined && (typeof name !== "string" || name === "")) {
    throw new ArgumentError(where, `export must be the name of an export, got ${inWords(name)}`);
  }
  if (!existsSync(projectPath(file)))
    throw new FileError(file, `no such file; looked at ${projectPath(file)}`);
}

/**
 * The function that a module exports; what was loaded before is not loaded again.
 * @throws FileError if the module cannot be loaded; ArgumentError if it exports no such function.
 */
export async function loadExport({
  file,
  export: name = "default",
}: ModuleExport): Promise<(...parameters: unknown[]) => unknown> {
  const path = projectPath(file);
  let loaded: Record<string, unknown>;
  try {
    loaded = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    throw new FileError(file, `could not be loaded: ${messageOf(error)}`);
  }
  // What a CommonJS module exports is in its `default` too.
  const inside = loaded.default as Record<string, unknown> | undefined;
  const found = [loaded[name], inside?.[name]];
  const run = found.find((value) => typeof value === "function");
  if (run !== undefined) return run as (...parameters: unknown[]) => unknown;
  throw new ArgumentError(
    file,
    `export ${name} must be a function, got ${inWords(found.find((value) => value !== undefined))}`,
  );
}
