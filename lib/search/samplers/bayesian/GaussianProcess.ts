import { exp, log } from "../../../tensor/fdlibm";

/** Trials as a Gaussian process sees them: a row each, a column for each dimension. */
export interface Design {
  readonly rows: readonly Float64Array[];
  /** Whether the numbers of a column are only names: two rows are then at distance 0 or 1. */
  readonly nominal: readonly boolean[];
}

/** A normal distribution. */
export interface Prediction {
  readonly mean: number;
  readonly std: number;
}

interface Factored {
  readonly lower: readonly Float64Array[];
  readonly weights: Float64Array;
  /** Of the signal, by its maximum-likelihood estimate yᵀ K⁻¹ y / n. */
  readonly variance: number;
  readonly logLikelihood: number;
}

const FIRST_LENGTH = 0.5;
const FIRST_NOISE = 1e-4;
const NOISE: readonly [number, number] = [1e-8, 1];
/** Factors by which the fit tries to change a length or the noise, one after the other. */
const STEPS = [4, 4, 2, 2, Math.SQRT2, Math.SQRT2];

/**
 * Regression by a Gaussian process: y ~ N(0, σ² (K + ν I)), where K is the Matérn kernel with ν = 5/2,
 * k(r) = (1 + √5 r + 5 r² / 3) exp(−√5 r), r² = Σ_d ((a_d − b_d) / ℓ_d)².
 * The lengths ℓ_d and the noise ν are where a coordinate search finds the greatest marginal likelihood times
 * log-normal priors around ½ and 10⁻⁴. Rasmussen & Williams, Gaussian Processes for Machine Learning, chapters 2, 4, 5.
 */
export class GaussianProcess {
  readonly #design: Design;
  /** The lengths, then the noise. */
  readonly parameters: Float64Array;
  readonly #factored: Factored;

  /**
   * @param y as many as rows, of mean 0 and variance about 1.
   * @param parameters of an earlier fit, to be taken over (default: they are searched for).
   */
  constructor(design: Design, y: ArrayLike<number>, parameters?: Float64Array) {
    this.#design = design;
    this.parameters = parameters ?? search(design, y);
    this.#factored = factor(design, y, this.parameters);
  }

  /** Of the function without the noise, at a row. */
  predict(row: Float64Array): Prediction {
    const { rows, nominal } = this.#design;
    const { lower, weights, variance } = this.#factored;
    const solved = new Float64Array(rows.length);
    let mean = 0;
    let explained = 0;
    for (let i = 0; i < rows.length; i++) {
      const k = kernel(row, rows[i]!, this.parameters, nominal);
      mean += k * weights[i]!;
      let sum = k;
      for (let j = 0; j < i; j++) sum -= lower[i]![j]! * solved[j]!;
      solved[i] = sum / lower[i]![i]!;
      explained += solved[i]! * solved[i]!;
    }
    return { mean, std: Math.sqrt(variance * Math.max(1e-12, 1 - explained)) };
  }
}

function search(design: Design, y: ArrayLike<number>): Float64Array {
  const parameters = new Float64Array(design.nominal.length + 1).fill(FIRST_LENGTH);
  const noise = parameters.length - 1;
  parameters[noise] = FIRST_NOISE;
  let greatest = factor(design, y, parameters).logLikelihood;
  for (const step of STEPS) {
    for (let i = 0; i < parameters.length; i++) {
      const before = parameters[i]!;
      for (const value of [before * step, before / step]) {
        if (i === noise && (value < NOISE[0] || value > NOISE[1])) continue;
        const kept = parameters[i]!;
        parameters[i] = value;
        const { logLikelihood } = factor(design, y, parameters);
        if (logLikelihood > greatest) greatest = logLikelihood;
        else parameters[i] = kept;
      }
    }
  }
  return parameters;
}

function kernel(
  a: Float64Array,
  b: Float64Array,
  lengths: Float64Array,
  nominal: readonly boolean[],
): number {
  let squared = 0;
  for (let d = 0; d < nominal.length; d++) {
    const difference = nominal[d] ? Number(a[d] !== b[d]) : a[d]! - b[d]!;
    squared += (difference / lengths[d]!) ** 2;
  }
  const r = Math.sqrt(5 * squared);
  return (1 + r + (r * r) / 3) * exp(-r);
}

/** Cholesky factor of K + ν I, K⁻¹ y, and the logarithm of likelihood times prior, up to a constant. */
function factor({ rows, nominal }: Design, y: ArrayLike<number>, parameters: Float64Array): Factored {
  const n = rows.length;
  const noise = parameters[parameters.length - 1]!;
  const lower = rows.map(() => new Float64Array(n));
  const solved = new Float64Array(n);
  let logDiagonal = 0;
  let fit = 0;
  for (let i = 0; i < n; i++) {
    const row = lower[i]!;
    let rest = y[i]!;
    for (let j = 0; j <= i; j++) {
      const other = lower[j]!;
      let sum = kernel(rows[i]!, rows[j]!, parameters, nominal);
      for (let k = 0; k < j; k++) sum -= row[k]! * other[k]!;
      if (j < i) {
        row[j] = sum / other[j]!;
        rest -= row[j]! * solved[j]!;
      } else {
        row[i] = Math.sqrt(Math.max(1e-12, sum + noise));
      }
    }
    solved[i] = rest / row[i]!;
    fit += solved[i]! ** 2;
    logDiagonal += log(row[i]!);
  }
  const weights = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let rest = solved[i]!;
    for (let j = i + 1; j < n; j++) rest -= lower[j]![i]! * weights[j]!;
    weights[i] = rest / lower[i]![i]!;
  }
  const variance = Math.max(1e-12, fit / n);
  let prior = log(noise / FIRST_NOISE) ** 2 / 32;
  for (let d = 0; d < parameters.length - 1; d++) prior += log(parameters[d]! / FIRST_LENGTH) ** 2 / 2;
  return { lower, weights, variance, logLikelihood: -(n / 2) * log(variance) - logDiagonal - prior };
}
