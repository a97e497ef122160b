/** Products by a plain loop over typed arrays, as a program of the benchmark. */
import { RandomState } from "scratch-nn";
import { digest, WEIGHT_SEED, type Work } from "../protocol";
import { serve } from "../serve";
import type { Workload } from "../workloads";

type Floats = Float32Array | Float64Array;

/** C = A·B, row-major; the order of the loops reads B and writes C along their rows. */
function multiply(a: Floats, b: Floats, c: Floats, m: number, k: number, n: number): void {
  c.fill(0);
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const factor = a[i * k + l]!;
      for (let j = 0; j < n; j++) c[i * n + j]! += factor * b[l * n + j]!;
    }
  }
}

/** Compiled apart for each dtype: once the engine has seen both kinds of array, the loop is slower. */
const loops = { float32: compiledApart(), float64: compiledApart() };

function compiledApart(): typeof multiply {
  return new Function(`return ${multiply}`)() as typeof multiply;
}

function setUp(workload: Workload): Work {
  if (workload.kind !== "matmul" || workload.transposeA || workload.transposeB) {
    throw new Error(`the plain loop does not do ${workload.name}`);
  }
  const { m, k, n, dtype } = workload;
  const random = new RandomState(WEIGHT_SEED);
  const zeros = (size: number): Floats =>
    dtype === "float32" ? new Float32Array(size) : new Float64Array(size);
  const a = random.fillNormal(zeros(m * k), 0, 1);
  const b = random.fillNormal(zeros(k * n), 0, 1);
  const c = zeros(m * n);
  return { step: () => loops[dtype](a, b, c, m, k, n), value: () => digest(c) };
}

serve(setUp).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
