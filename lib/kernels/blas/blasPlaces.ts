import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { projectPath } from "../../platform/paths";

/** Where a BLAS may be: files to open, or else what to say of a place that holds none. */
export interface BlasPlace {
  readonly name: string;
  readonly libraries: readonly string[];
}

const APPLE = "/System/Library/Frameworks/Accelerate.framework/Accelerate";

/** By name, as the system's loader searches for them: tuned libraries first, any BLAS last. */
const SYSTEM: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: [
    "libopenblas.dylib",
    "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
    "/usr/local/opt/openblas/lib/libopenblas.dylib",
    "libmkl_rt.2.dylib",
  ],
  win32: ["libopenblas.dll", "openblas.dll", "mkl_rt.3.dll", "mkl_rt.2.dll"],
};
const UNIX: readonly string[] = [
  "libopenblas.so.0",
  "libopenblas.so",
  "libmkl_rt.so.3",
  "libmkl_rt.so.2",
  "libcblas.so.3",
  "libblas.so.3",
];

/** The places to look at when no library is named, the first that works wins. */
export function blasPlaces(platform: NodeJS.Platform = process.platform): BlasPlace[] {
  const accelerate = platform === "darwin" ? [{ name: APPLE, libraries: [APPLE] }] : [];
  const system = (SYSTEM[platform] ?? UNIX).map((name) => ({ name, libraries: [name] }));
  return [...accelerate, wheel(), ...system];
}

/** The `scipy-openblas32` wheel in the project's `.venv`. */
function wheel(): BlasPlace {
  const environment = projectPath(".venv");
  const roots = [
    path.join(environment, "Lib", "site-packages"),
    ...list(path.join(environment, "lib"))
      .filter((name) => name.startsWith("python"))
      .map((name) => path.join(environment, "lib", name, "site-packages")),
  ];
  const folders = roots.map((root) => path.join(root, "scipy_openblas32", "lib")).filter(existsSync);
  const libraries = folders.flatMap((folder) =>
    list(folder)
      .filter((file) => /^libscipy_openblas.*\.(so|dylib|dll)$/.test(file))
      .map((file) => path.join(folder, file)),
  );
  return { name: "scipy-openblas32 in .venv", libraries };
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
