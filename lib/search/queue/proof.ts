import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Dataset } from "../../datasets/Dataset";
import { digest } from "../../datasets/digest";
import { backendInfo } from "../../kernels/backend";
import { platform } from "../../platform/node/platform";
import { packageFile } from "../../platform/paths";
import type { Datasets } from "../../workers/Task";
import type { WorkerPool } from "../../workers/WorkerPool";

/** What decides, beside the study, what a machine computes. */
export interface Machine {
  /** The version of the library. */
  readonly version: string;
  /** The digest of the library's compiled code. */
  readonly code: string;
  /** What computes dense products: the name of the backend and, for a BLAS, which one. */
  readonly backend: string;
  /** Whether a multiply-add is rounded once (relaxed) or twice (simd). */
  readonly simd: string;
  /** What comes of tiny trainings; see `numericsDigest`. */
  readonly numerics: string;
  /** The digest of what the engine's `Math` gives, whose last bits differ between versions of Node.js. */
  readonly math: string;
}

/** What a worker has to prove before it gets a trial of a study. */
export interface Demands extends Machine {
  /** The digest of the objective's module and of what it imports by relative paths; "" for an experiment. */
  readonly objective: string;
  /** The digests of the datasets, by their names. */
  readonly data: Readonly<Record<string, string>>;
}

/** What does not count for a worker that may have numerics of its own. */
const NUMERICS: readonly (keyof Machine)[] = ["backend", "simd", "numerics", "math"];

/** This machine, by a training on a thread of the pool, as a trial would run. */
export async function proveMachine(pool: WorkerPool): Promise<Machine> {
  const { backend, simd, config = "" } = backendInfo();
  const task = { file: packageFile("workers/numericsDigest.js"), export: "numericsDigest" };
  return {
    version: versionOf(join(platform.packageFolder, "../package.json")),
    code: codeDigest(),
    backend: `${backend} ${config}`.trim(),
    simd,
    numerics: (await pool.run(task, null)) as string,
    math: mathDigest(),
  };
}

/** What a worker has to meet without what a worker with numerics of its own need not meet. */
export function withoutNumerics(demands: Omit<Demands, "data">): Partial<Demands> {
  return Object.fromEntries(
    Object.entries(demands).filter(([name]) => !(NUMERICS as string[]).includes(name)),
  );
}

function mathDigest(): string {
  const { cbrt, cos, cosh, exp, expm1, log, log1p, log2, log10, pow, sin, sinh, tan, tanh, atan, asin } =
    Math;
  const functions = [cbrt, cos, cosh, exp, expm1, log, log1p, log2, log10, sin, sinh, tan, tanh, atan, asin];
  const values = Array.from({ length: 200 }, (_, i) => (i + 1) * 0.004_999);
  const results = values.flatMap((x) => [...functions.map((f) => f(x)), pow(x, 1.7), pow(0.9, 40 * x)]);
  return digest(Float64Array.from(results));
}

/** The digests of datasets: of their samples, labels and shapes. */
export function dataDigests(data: Datasets): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([name, dataset]) => [name, dataDigest(dataset)]));
}

function dataDigest({ count, sampleShape, classes, inputs, labels }: Dataset): string {
  const kinds = [inputs, labels].map((array) => array.constructor.name);
  return [...[count, classes, ...sampleShape].map(String), ...kinds, digest(inputs), digest(labels)].join(
    " ",
  );
}

/** The digest of a module and of the files that it imports by relative paths, and they in turn. */
export function moduleDigest(file: string): string {
  const found = new Map<string, Buffer>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    const bytes = readFileSync(path);
    found.set(path, bytes);
    for (const [, name] of bytes
      .toString("utf8")
      .matchAll(/(?:from|import|require)\s*\(?\s*["'](\.[^"']*)["']/g)) {
      const next = [name!, `${name}.js`, `${name}.cjs`, `${name}.mjs`, `${name}.json`, `${name}/index.js`]
        .map((candidate) => resolve(dirname(path), candidate))
        .find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
      if (next !== undefined) visit(next);
    }
  };
  visit(file);
  return hashOf([...found.values()]);
}

/** What is not part of what a trial computes, or is made of the rest. */
const LEFT_OUT = ["browser", "node", "jupyter", "notebook", "plot", "projects/published"];

let code: string | undefined;

function codeDigest(): string {
  const folder = platform.packageFolder;
  const names = (): string[] =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => name.replaceAll("\\", "/"))
      .filter((name) => name.endsWith(".js") && !LEFT_OUT.some((left) => name.startsWith(`${left}/`)))
      .sort();
  code ??= hashOf(names().flatMap((name) => [Buffer.from(name), readFileSync(join(folder, name))]));
  return code;
}

/** The comment that names a source map is in a checkout's build, and not in the package. */
function hashOf(parts: readonly Buffer[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const text = part
      .toString("utf8")
      .replace(/\n\/\/# source[A-Z]\w+=.*\s*$/, "")
      .trimEnd();
    hash.update(`${text.length} ${text}`);
  }
  return hash.digest("hex").slice(0, 16);
}

function versionOf(file: string): string {
  return existsSync(file)
    ? String((JSON.parse(readFileSync(file, "utf8")) as { version?: unknown }).version)
    : "";
}
