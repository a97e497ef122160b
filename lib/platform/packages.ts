import { createRequire } from "node:module";
import { EnvironmentError, messageOf } from "../errors";
import { platform } from "./node/platform";

/**
 * Loads a package that only some work needs and that is installed with it, not with the library.
 * @param where what an error calls the caller.
 * @throws EnvironmentError that names the command that installs it.
 */
export function loadPackage(where: string, name: string): unknown {
  checkPackages(where, [name]);
  try {
    return requireFrom()(name);
  } catch (error) {
    throw new EnvironmentError(where, `the package ${name} could not be loaded: ${messageOf(error)}`);
  }
}

/**
 * @param instead what would do as well.
 * @throws EnvironmentError if any of the packages is missing, with the one command that installs all that are.
 */
export function checkPackages(where: string, names: readonly string[], instead?: string): void {
  platform.expectNode(where);
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const what = instead === undefined ? missing.join(", ") : `${missing.join(", ")} or ${instead}`;
  throw new EnvironmentError(where, `needs ${what}, got none; run \`npm install ${missing.join(" ")}\``);
}

/** The path of a file in an optional package. */
export function resolvePackageFile(file: string): string {
  return requireFrom().resolve(file);
}

/** What a bundler has made into an ES module has no `require` of its own. */
function requireFrom(): NodeJS.Require {
  return createRequire(`${platform.packageFolder}/index.js`);
}

function isInstalled(name: string): boolean {
  try {
    resolvePackageFile(`${name}/package.json`);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code !== "MODULE_NOT_FOUND";
  }
}
