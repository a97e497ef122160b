import { checkCounts, checkOptions, checkShares, inWords } from "../checks";
import { ArgumentError } from "../errors";
import { run } from "../kernels/run";
import type { Parameter } from "../layers/Parameter";
import { Tensor } from "../tensor/Tensor";
import type { Optimizer } from "./Optimizer";
import type { EpochScores } from "./Scheduler";

/** Which weights are averaged, and how. */
export interface WeightAverageOptions {
  /** β of an exponential mean, a ← βa + (1 − β)w (default: none; the mean of all weights alike). */
  readonly decay?: number;
  /** The first step whose weights count, from 1 on (default: 1). */
  readonly from?: number;
  /** From one step whose weights count to the next (default: 1). */
  readonly every?: number;
}

/**
 * An optimiser that also keeps an average of the weights it has passed, as `torch.optim.swa_utils`: their exponential mean
 * (Polyak and Juditsky 1992), or from some step on the mean of all alike (SWA, Izmailov et al. 2018). The average lies
 * in a flatter place, and tells more than any of the last weights.
 *
 * The training itself is that of the optimiser inside. `apply` puts the average into the model; `during` does so for as
 * long as something is computed. A checkpoint keeps it. Buffers are not averaged: the running statistics of a BatchNorm
 * stay those of the last steps.
 * @throws ArgumentError unless optimizer is one, but no WeightAverage, decay in [0, 1), from and every are whole numbers
 * > 0, and from a step to come.
 * @example
 * const model = new nn.Sequential([new nn.Linear(2, 1, { random: new nn.RandomState(1) })]);
 * const sgd = new nn.SGD(model.parameters(), { learningRate: 0.1 });
 * const optimizer = new nn.WeightAverage(sgd, { decay: 0.99 }); // fit(model, { optimizer, … }), then optimizer.apply()
 */
export class WeightAverage implements Optimizer {
  readonly parameters: readonly Parameter[];
  private readonly optimizer: Optimizer;
  private readonly decay: number | undefined;
  private readonly from: number;
  private readonly every: number;
  private readonly averages: readonly Tensor[];

  constructor(optimizer: Optimizer, options: WeightAverageOptions = {}) {
    checkOptions("WeightAverage", options, ["decay", "from", "every"]);
    if (typeof optimizer?.step !== "function" || !Array.isArray(optimizer.parameters)) {
      const problem = `optimizer must be an optimiser, got ${inWords(optimizer)}`;
      throw new ArgumentError("WeightAverage", problem);
    }
    const { decay, from = 1, every = 1 } = options;
    if (decay !== undefined) checkShares("WeightAverage", { decay });
    checkCounts("WeightAverage", { from, every });
    if (optimizer instanceof WeightAverage)
      throw new ArgumentError("WeightAverage", "optimizer must be another kind, got a WeightAverage");
    if (from <= optimizer.stepCount) {
      const problem = `from must be behind the ${optimizer.stepCount} steps that were taken, got ${from}`;
      throw new ArgumentError("WeightAverage", problem);
    }
    this.optimizer = optimizer;
    this.parameters = optimizer.parameters;
    this.decay = decay;
    this.from = from;
    this.every = every;
    this.averages = this.parameters.map(({ value }) => Tensor.zeros(value.shape, value.dtype));
  }

  get learningRate(): number {
    return this.optimizer.learningRate;
  }

  get stepCount(): number {
    return this.optimizer.stepCount;
  }

  set stepCount(count: number) {
    this.optimizer.stepCount = count;
  }

  get settings(): Readonly<Record<string, unknown>> {
    const { optimizer, decay = null, from, every } = this;
    return { kind: "WeightAverage", decay, from, every, optimizer: optimizer.settings };
  }

  /** What the optimiser inside remembers, and the averages. */
  get memory(): ReadonlyMap<string, readonly Tensor[]> {
    return new Map([...this.optimizer.memory, ["average", this.averages]]);
  }

  /** A step of the optimiser inside, whose weights may then count. */
  step(): void {
    this.optimizer.step();
    const since = this.stepCount - this.from;
    if (since < 0 || since % this.every !== 0) return;
    const before = since / this.every;
    const share = this.decay === undefined || before === 0 ? 1 / (before + 1) : 1 - this.decay;
    this.parameters.forEach(({ value }, i) => {
      const average = this.averages[i];
      if (share === 1) average.data.set(value.data);
      else {
        const pointers = [average.data.byteOffset, value.data.byteOffset];
        run(value.dtype, "approach", value.size, [0, value.size, ...pointers, share]);
      }
    });
  }

  zeroGrad(): void {
    this.optimizer.zeroGrad();
  }

  observe(epochs: readonly EpochScores[]): void {
    this.optimizer.observe?.(epochs);
  }

  /** Puts the averages into the model. @throws ArgumentError if no step has counted yet. */
  apply(): void {
    this.checkAny("apply");
    this.parameters.forEach(({ value }, i) => {
      value.data.set(this.averages[i].data);
    });
  }

  /**
   * What `work` returns, computed with the averages in the model; afterwards the weights are what they were. The work
   * must be synchronous: `during(() => nn.evaluate(model, loss, loader))`.
   * @throws ArgumentError if no step has counted yet, or the work returns a promise.
   */
  during<T>(work: () => T): T {
    this.checkAny("during");
    if (typeof work !== "function") {
      throw new ArgumentError("WeightAverage.during", `work must be a function, got ${inWords(work)}`);
    }
    const weights = this.parameters.map(({ value }) => value.data.slice());
    this.apply();
    try {
      const result = work();
      if (result instanceof Promise) {
        throw new ArgumentError("WeightAverage.during", "work must be synchronous, got a promise");
      }
      return result;
    } finally {
      this.parameters.forEach(({ value }, i) => {
        value.data.set(weights[i]);
      });
    }
  }

  private checkAny(method: string): void {
    if (this.stepCount >= this.from) return;
    const problem = `step ${this.from} must be taken first, got ${this.stepCount} steps`;
    throw new ArgumentError(`WeightAverage.${method}`, problem);
  }
}
