import { ArgumentError } from "../errors";
import type { FloatArray } from "../kernels/Kernels";
import type { RandomState } from "../tensor/RandomState";
import type { Tensor } from "../tensor/Tensor";

/**
 * How weights begin. With fanIn and fanOut the lengths of the weight's axes:
 * - `zeros`
 * - `standardNormal`: N(0, 1)
 * - `kaimingNormal`: N(0, 2 / fanIn) (He et al. 2015, for ReLU)
 * - `kaimingUniform`: U(−√(6 / fanIn), √(6 / fanIn)), the same variance
 * - `xavierNormal`: N(0, 2 / (fanIn + fanOut)) (Glorot and Bengio 2010)
 * - `xavierUniform`: U(−a, a) with a = √(6 / (fanIn + fanOut))
 * - `scaledNormal`: N(0, 1 / fanIn) (LeCun et al. 1998; Nielsen, chapter 3)
 */
export type Init =
  | "zeros"
  | "standardNormal"
  | "kaimingNormal"
  | "kaimingUniform"
  | "xavierNormal"
  | "xavierUniform"
  | "scaledNormal";

/** Fills a tensor by the rule, drawing in row-major order, as `scale * random.randn(fanIn, fanOut)` does in NumPy. */
export function initialize(
  tensor: Tensor,
  init: Init,
  fanIn: number,
  fanOut: number,
  random: RandomState,
): void {
  const { data } = tensor;
  if (init === "zeros") data.fill(0);
  else if (init === "standardNormal") random.fillNormal(data, 0, 1);
  else if (init === "kaimingNormal") random.fillNormal(data, 0, Math.sqrt(2 / fanIn));
  else if (init === "xavierNormal") random.fillNormal(data, 0, Math.sqrt(2 / (fanIn + fanOut)));
  else if (init === "scaledNormal") random.fillNormal(data, 0, Math.sqrt(1 / fanIn));
  else if (init === "kaimingUniform") fillSymmetric(data, Math.sqrt(6 / fanIn), random);
  else if (init === "xavierUniform") fillSymmetric(data, Math.sqrt(6 / (fanIn + fanOut)), random);
  else
    throw new ArgumentError(
      "initialize",
      `init must be a known rule, got ${JSON.stringify(init satisfies never)}`,
    );
}

function fillSymmetric(data: FloatArray, bound: number, random: RandomState): void {
  random.fillUniform(data, -bound, bound);
}
