import { checkCounts, checkOptions } from "../../../checks";
import { unitOf } from "../../../metrics/unitOf";
import type { Plain } from "../../../plain";
import { RandomState } from "../../../tensor/RandomState";
import { type Distribution, distribution } from "../../dimension";
import { type Params, pointAt, type Space } from "../../space";
import { byValue, type Trial } from "../../Trial";
import { drawPoint } from "../random";
import type { AnySampler, SamplerContext } from "../Sampler";
import { expectedImprovement } from "./expectedImprovement";
import { GaussianProcess } from "./GaussianProcess";

/** The stream of a `bayesian` sampler, and when it begins to know. */
export interface BayesianOptions {
  /** An integer in [0, 2^32). */
  readonly seed: number;
  /** The first trials are those of `random` (default: 8). */
  readonly startup?: number;
  /** The later ones come in rounds of this size, each from the results of all rounds before (default: 4). */
  readonly round?: number;
}

const SPREAD = 500;
const NEIGHBOURS = 60;
/** Standard deviations, on the unit cube, of the steps around the best candidate so far. */
const SCALES = [0.2, 0.1, 0.05, 0.02, 0.01, 0.005];
/** How likely a step draws a choice anew. */
const CHANGE = 0.2;
/** The last number before 1. */
const LAST = 1 - 2 ** -53;

/**
 * Bayesian optimization: the next trial is where a Gaussian process, fitted to the results, expects the greatest
 * improvement on its own best (Snoek, Larochelle & Adams, Practical Bayesian optimization of machine learning
 * algorithms, 2012). Inside a round, a trial takes its predecessors for finished with the mean that the process
 * predicts there (the kriging believer of Ginsbourger et al. 2010). A failed trial counts as the worst that succeeded.
 * Of more than 300 finished trials the process sees the 150 best, and 150 others evenly spread over the study, so that
 * the ten-thousandth proposal takes no longer than the three-hundredth.
 * Choose `round` no smaller than the study's `parallel`, or workers wait; it, and not `parallel`, changes the result.
 * @throws ArgumentError for options out of their domain.
 */
export function bayesian(options: BayesianOptions): AnySampler {
  checkOptions("bayesian", options, ["seed", "startup", "round"]);
  const { seed, startup = 8, round = 4 } = options;
  new RandomState(seed);
  checkCounts("bayesian", { startup }, 2);
  checkCounts("bayesian", { round });
  const knows = (number: number): number =>
    number < startup ? 0 : startup + round * Math.floor((number - startup) / round);
  return {
    name: "bayesian",
    options: { seed, startup, round },
    knows,
    propose<S extends Space>(
      number: number,
      finished: readonly Trial<S>[],
      context: SamplerContext<S>,
    ): Params<S> {
      const { space } = context;
      if (number < startup) return drawPoint(space, new RandomState([seed, number]));
      const kept = tellingOf(finished, context);
      const points = kept.map(({ params }) => params);
      const losses = lossesOf(kept, context);
      let model = new Surrogate(space, points, losses);
      for (let next = finished.length; ; next++) {
        const point = model.suggest(new RandomState([seed, next]));
        if (next === number) return point;
        points.push(point);
        losses.push(model.predict(point));
        model = new Surrogate(space, points, losses, model.parameters);
      }
    },
  };
}

/** As many trials as the process is fitted to: its time grows as their number cubed. */
const MOST = 300;

/** The trials that the process is fitted to: all, or the better half of `MOST` and as many others, evenly by number. */
function tellingOf<S extends Space>(
  finished: readonly Trial<S>[],
  { direction }: SamplerContext<S>,
): readonly Trial<S>[] {
  if (finished.length <= MOST) return finished;
  const ranking = [...finished].sort(byValue(direction));
  const others = ranking.slice(MOST / 2).sort((a, b) => a.number - b.number);
  const step = others.length / (MOST / 2);
  const spread = Array.from({ length: MOST / 2 }, (_, i) => others[Math.floor(i * step)]!);
  return [...ranking.slice(0, MOST / 2), ...spread].sort((a, b) => a.number - b.number);
}

/** What is to be minimized, of mean 0 and variance 1. */
function lossesOf(finished: readonly Trial[], { direction }: SamplerContext): number[] {
  const sign = direction === "minimize" ? 1 : -1;
  const succeeded = finished.flatMap(({ value }) => (value === null ? [] : [sign * value]));
  const worst = succeeded.length === 0 ? 0 : Math.max(...succeeded);
  const unit = unitOf(succeeded);
  const losses = finished.map(({ value }) => (value === null ? worst : sign * value) / unit);
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / losses.length;
  return losses.map((loss) => (variance > 0 ? (loss - mean) / Math.sqrt(variance) : 0));
}

/** What is thought of the space after some trials. */
class Surrogate<S extends Space> {
  readonly #space: S;
  readonly #columns: readonly Column[];
  readonly #process: GaussianProcess;
  readonly #best: number;

  constructor(space: S, points: readonly Params<S>[], losses: readonly number[], parameters?: Float64Array) {
    this.#space = space;
    this.#columns = Object.entries(space).map(([name, dimension]) => columnOf(name, distribution(dimension)));
    const nominal = this.#columns.map((column) => column.nominal);
    const rows = points.map((point) => this.#row(point));
    this.#process = new GaussianProcess({ rows, nominal }, losses, parameters);
    this.#best = Math.min(...rows.map((row) => this.#process.predict(row).mean));
  }

  get parameters(): Float64Array {
    return this.#process.parameters;
  }

  predict(point: Params<S>): number {
    return this.#process.predict(this.#row(point)).mean;
  }

  /** The point of greatest expected improvement: of many all over the space, then of many around the best of them. */
  suggest(stream: RandomState): Params<S> {
    const columns = this.#columns;
    let best: { readonly cube: Float64Array; readonly improvement: number } = {
      cube: new Float64Array(columns.length),
      improvement: -1,
    };
    const consider = (cube: Float64Array): void => {
      const row = cube.map((u, d) => columns[d]!.at(u));
      const improvement = expectedImprovement(this.#process.predict(row), this.#best);
      if (improvement > best.improvement) best = { cube, improvement };
    };
    for (let i = 0; i < SPREAD; i++) consider(stream.randomSample(columns.length));
    for (const scale of SCALES) {
      for (let i = 0; i < NEIGHBOURS; i++) consider(this.#near(best.cube, scale, stream));
    }
    return pointAt(this.#space, best.cube);
  }

  #near(cube: Float64Array, scale: number, stream: RandomState): Float64Array {
    return cube.map((u, d) => {
      if (this.#columns[d]!.nominal) return stream.randomSample() < CHANGE ? stream.randomSample() : u;
      return Math.min(LAST, Math.max(0, u + scale * stream.standardNormal()));
    });
  }

  #row(point: Params<S>): Float64Array {
    return Float64Array.from(this.#columns, (column) => column.of(point));
  }
}

/** A dimension as the process sees it: a number for each value. */
interface Column {
  /** Whether the numbers are only names. */
  readonly nominal: boolean;
  readonly of: (point: Params) => number;
  /** Of the value at u. */
  readonly at: (u: number) => number;
}

/** Real numbers lie at their u, whole ones in the middle of theirs, choices at their places in the list. */
function columnOf(name: string, dimension: Distribution): Column {
  const nominal = dimension.names !== undefined;
  const of = (value: Plain): number => (nominal ? dimension.position(value) : dimension.unit(value));
  const real = !nominal && !dimension.whole;
  return {
    nominal,
    of: (point) => of(point[name]!),
    at: (u) => (real ? u : of(dimension.at(u))),
  };
}
