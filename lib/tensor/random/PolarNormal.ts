import { glibcLog } from "./glibcLog";
import type { MersenneTwister } from "./MersenneTwister";

/**
 * Standard normal numbers by Marsaglia's polar method, in pairs: of (u, v) uniform in the unit disc and
 * s = u² + v², first v √(−2 log s / s) is given out, then u √(−2 log s / s), which waits as `cached`.
 * Source: G. Marsaglia, T. A. Bray, SIAM Review 6(3), 1964; the order is NumPy's.
 */
export class PolarNormal {
  hasCached: boolean = false;
  cached: number = 0;
  readonly #generator: MersenneTwister;
  #u: number = 0;
  #v: number = 0;

  constructor(generator: MersenneTwister) {
    this.#generator = generator;
  }

  forget(): void {
    this.hasCached = false;
    this.cached = 0;
  }

  next(): number {
    if (this.hasCached) {
      const value = this.cached;
      this.forget();
      return value;
    }
    const s = this.#nextInDisc();
    const factor = Math.sqrt((-2 * glibcLog(s)) / s);
    this.cached = factor * this.#u;
    this.hasCached = true;
    return factor * this.#v;
  }

  /** As `count` calls of next, computing none but a last one whose partner stays cached. */
  skip(count: number): void {
    let left = count;
    if (left > 0 && this.hasCached) {
      this.forget();
      left--;
    }
    for (; left > 1; left -= 2) this.#nextInDisc();
    if (left === 1) this.next();
  }

  /** Draws u and v; returns u² + v², in (0, 1). */
  #nextInDisc(): number {
    const generator = this.#generator;
    for (;;) {
      const u = 2 * generator.nextDouble() - 1;
      const v = 2 * generator.nextDouble() - 1;
      const s = u * u + v * v;
      if (s < 1 && s !== 0) {
        this.#u = u;
        this.#v = v;
        return s;
      }
    }
  }
}
