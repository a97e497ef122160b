import { exp } from "../../../tensor/fdlibm";
import type { Prediction } from "./GaussianProcess";

/**
 * The mean of max(0, best − f) for f ~ N(mean, std²): std (z Φ(z) + φ(z)) with z = (best − mean) / std.
 * Jones, Schonlau & Welch, Efficient global optimization of expensive black-box functions, 1998, equation 15.
 */
export function expectedImprovement({ mean, std }: Prediction, best: number): number {
  const z = (best - mean) / std;
  if (z > 30) return best - mean;
  return std * density(z) * (1 + z * ratio(z));
}

/** φ(z) = exp(−z²/2) / √(2π). */
function density(z: number): number {
  return exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/**
 * Φ(z) / φ(z). Near 0 by √(π/2) exp(z²/2) plus the series z + z³/3 + z⁵/(3·5) + …; far below by the continued
 * fraction 1 / (x + 1 / (x + 2 / (x + …))), x = −z, which has no cancellation. Abramowitz & Stegun 26.2.11, 26.2.14.
 */
function ratio(z: number): number {
  if (z < -3) {
    let fraction = -z;
    for (let i = 60; i >= 1; i--) fraction = -z + i / fraction;
    return 1 / fraction;
  }
  let term = z;
  let series = 0;
  for (let i = 3; series + term !== series; i += 2) {
    series += term;
    term *= (z * z) / i;
  }
  return Math.sqrt(Math.PI / 2) * exp(0.5 * z * z) + series;
}
