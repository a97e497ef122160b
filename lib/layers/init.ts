import { ArgumentError } from "../errors";
import type { FloatArray } from "../kernels/Kernels";
import type { RandomState } from "../tensor/RandomState";
import type { Tensor } from "../tensor/Tensor";
import { fillOrthogonal } from "./orthogonal";

/**
 * How weights begin. With fanIn and fanOut the lengths of the weight's axes:
 * - `zeros`
 * - `standardNormal`: N(0, 1)
 * - `kaimingNormal`: N(0, 2 / fanIn) (He et al. 2015, for ReLU)
 * - `kaimingUniform`: U(−√(6 / fanIn), √(6 / fanIn)), the same variance
 * - `xavierNormal`: N(0, 2 / (fanIn + fanOut)) (Glorot and Bengio 2010)
 * - `xavierUniform`: U(−a, a) with a = √(6 / (fanIn + fanOut))
 * - `lecunNormal`: N(0, 1 / fanIn) (LeCun et al. 1998; Nielsen, chapter 3)
 * - `orthogonal`: orthonormal rows, or columns where there are more rows (Saxe et al. 2014)
 */
export type Init =
  | "zeros"
  | "standardNormal"
  | "kaimingNormal"
  | "kaimingUniform"
  | "xavierNormal"
  | "xavierUniform"
  | "lecunNormal"
  | "orthogonal";

type Fill = (data: FloatArray, random: RandomState, fanIn: number, fanOut: number) => void;

const RULES: Readonly<Record<Init, Fill>> = {
  zeros: (data) => data.fill(0),
  standardNormal: (data, random) => random.fillNormal(data, 0, 1),
  kaimingNormal: (data, random, fanIn) => random.fillNormal(data, 0, Math.sqrt(2 / fanIn)),
  kaimingUniform: (data, random, fanIn) => fillSymmetric(data, random, Math.sqrt(6 / fanIn)),
  xavierNormal: (data, random, fanIn, fanOut) => random.fillNormal(data, 0, Math.sqrt(2 / (fanIn + fanOut))),
  xavierUniform: (data, random, fanIn, fanOut) =>
    fillSymmetric(data, random, Math.sqrt(6 / (fanIn + fanOut))),
  lecunNormal: (data, random, fanIn) => random.fillNormal(data, 0, Math.sqrt(1 / fanIn)),
  orthogonal: fillOrthogonal,
};

/**
 * Fills a tensor by the rule, drawing in row-major order, as `scale * random.randn(fanIn, fanOut)` does in NumPy.
 * @throws ArgumentError from `where` if there is no such rule.
 */
export function initialize(
  where: string,
  tensor: Tensor,
  init: Init,
  fanIn: number,
  fanOut: number,
  random: RandomState,
): void {
  if (!Object.hasOwn(RULES, init)) {
    const rules = Object.keys(RULES).join(", ");
    throw new ArgumentError(where, `an initialisation must be one of ${rules}, got ${JSON.stringify(init)}`);
  }
  RULES[init](tensor.data, random, fanIn, fanOut);
}

function fillSymmetric(data: FloatArray, random: RandomState, bound: number): void {
  random.fillUniform(data, -bound, bound);
}
