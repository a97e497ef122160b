import { existsSync } from "node:fs";
import { EnvironmentError } from "../../errors";
import { projectPath } from "../../platform/paths";
import type { Blas } from "./Blas";
import { type BlasPlace, blasPlaces } from "./blasPlaces";
import { openBlas } from "./openBlas";

/** Libraries stay open: their threads would not survive being unloaded and loaded again. */
const opened = new Map<string, Blas>();

/**
 * The named library, or else the first one that works of: Apple's Accelerate, the `scipy-openblas32` wheel in the
 * project's `.venv`, the system's OpenBLAS, MKL or other BLAS. A library that is named is the only one tried.
 * @throws EnvironmentError that lists where it looked, what was wrong there, and how to get a BLAS.
 */
export function findBlas(library?: string, places: readonly BlasPlace[] = blasPlaces()): Blas {
  const tried: string[] = [];
  for (const place of library === undefined ? places : [{ name: library, libraries: [library] }]) {
    if (place.libraries.length === 0) tried.push(`${place.name} (not installed)`);
    for (const file of place.libraries) {
      try {
        return open(file);
      } catch (error) {
        if (error instanceof EnvironmentError) throw error;
        tried.push(`${file} (${reason(error as Error)})`);
      }
    }
  }
  throw new EnvironmentError(
    'backend "blas"',
    `a BLAS library must be there, found none; looked at: ${tried.join(", ")}. Get one with \`${advice()}\``,
  );
}

function open(file: string): Blas {
  let blas = opened.get(file);
  if (!blas) {
    blas = openBlas(file);
    opened.set(file, blas);
  }
  return blas;
}

/** What the loader says, in short. A library that is there but lacks one of its own keeps the loader's words. */
function reason({ message }: Error): string {
  const text = message.replace(/^Failed to load shared library: /, "").split("\n")[0]!;
  return /^cannot open|^dlopen.*no such file/.test(text) ? "not found" : text;
}

function advice(): string {
  const pip = process.platform === "win32" ? ".venv\\Scripts\\pip" : ".venv/bin/pip";
  const make = existsSync(projectPath(".venv")) ? "" : "python3 -m venv .venv && ";
  return `${make}${pip} install scipy-openblas32`;
}
