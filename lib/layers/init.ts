import { checkOptions, inWords } from "../checks";
import { ArgumentError } from "../errors";
import type { DType, FloatArray } from "../kernels/Kernels";
import { RandomState } from "../tensor/RandomState";
import { checkDTypeName, type Tensor } from "../tensor/Tensor";
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

/** The options that most layers have. */
interface LayerOptions {
  readonly random?: RandomState;
  readonly dtype?: DType;
}

/**
 * Checks what a layer begins with: `Linear: random must be a RandomState, got none; write new Linear(2, 3, …)`.
 * @param names the options that there are.
 * @param before what the constructor takes before them, for the error.
 * @param isDrawn whether it draws (default: true).
 * @throws ArgumentError from `where` if the options are no object of these names, random no stream or the dtype none.
 */
export function checkLayerOptions(
  where: string,
  options: LayerOptions | undefined,
  names: readonly string[],
  before: readonly unknown[],
  isDrawn = true,
): void {
  if (options !== undefined) checkOptions(where, options, names);
  const { random, dtype = "float32" } = options ?? {};
  checkDTypeName(where, dtype);
  if (random instanceof RandomState || (random === undefined && !isDrawn)) return;
  const call = `new ${where}(${[...before.map(inWords), "{ random: new RandomState(1) }"].join(", ")})`;
  const got = random === undefined ? "none" : inWords(random);
  throw new ArgumentError(where, `random must be a RandomState, got ${got}; write ${call}`);
}

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
    throw new ArgumentError(where, `an initialisation must be one of ${rules}, got ${inWords(init)}`);
  }
  RULES[init](tensor.data, random, fanIn, fanOut);
}

function fillSymmetric(data: FloatArray, random: RandomState, bound: number): void {
  random.fillUniform(data, -bound, bound);
}
