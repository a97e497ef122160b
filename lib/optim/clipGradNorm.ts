import { checkPositives } from "../checks";
import { DivergenceError } from "../errors";
import type { FloatArray } from "../kernels/Kernels";
import { allocate } from "../kernels/memory";
import { run } from "../kernels/run";
import type { Parameter } from "../layers/Parameter";
import type { Tensor } from "../tensor/Tensor";
import { checkParameters } from "./ScheduledOptimizer";

/** Values that are summed up by one thread in one go. */
const BLOCK = 4096;

/** The sums of the blocks of a tensor. */
let sums: FloatArray = allocate("float64", 256);

/**
 * Scales all gradients, but those of frozen parameters, by maxNorm / (‖g‖ + 1e-6) if that is below 1, ‖g‖ being the
 * Euclidean norm of all of them as one vector, and returns ‖g‖ as it was; as `torch.nn.utils.clip_grad_norm_` (Pascanu,
 * Mikolov and Bengio 2013). The sum is float64 and has the same order on any number of threads.
 * @throws ArgumentError unless maxNorm is a finite number > 0; DivergenceError if the norm is not finite. The gradients
 * are then as they were.
 */
export function clipGradNorm(parameters: readonly Parameter[], maxNorm: number): number {
  checkParameters("clipGradNorm", parameters);
  checkPositives("clipGradNorm", { maxNorm });
  let sum = 0;
  for (const parameter of parameters) if (clips(parameter)) sum += sumSquares(parameter.grad);
  const norm = Math.sqrt(sum);
  if (!Number.isFinite(norm)) {
    throw new DivergenceError("clipGradNorm", `the norm of the gradients must be finite, got ${norm}`);
  }
  const factor = maxNorm / (norm + 1e-6);
  if (factor < 1) {
    for (const parameter of parameters) {
      if (!clips(parameter)) continue;
      const { data, size, dtype } = parameter.grad;
      run(dtype, "scale", size, [0, size, data.byteOffset, factor]);
    }
  }
  return norm;
}

function clips({ hasGrad, frozen }: Parameter): boolean {
  return hasGrad && !frozen;
}

/** Σ x², block after block. */
function sumSquares({ data, size, dtype }: Tensor): number {
  const blocks = Math.ceil(size / BLOCK);
  if (sums.length < blocks) sums = allocate("float64", blocks);
  run(dtype, "sumSquares", size, [0, blocks, BLOCK, size, data.byteOffset, sums.byteOffset]);
  let sum = 0;
  for (let i = 0; i < blocks; i++) sum += sums[i];
  return sum;
}
