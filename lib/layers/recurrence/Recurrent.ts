import { checkCounts, checkFlags, inWords } from "../../checks";
import { ArgumentError, ShapeError } from "../../errors";
import { bytesOf, type DType } from "../../kernels/Kernels";
import { kernels } from "../../kernels/load";
import { allocateInt32 } from "../../kernels/memory";
import { run } from "../../kernels/run";
import { threadsReady } from "../../kernels/threads";
import { matmulInto } from "../../tensor/matmul";
import type { RandomState } from "../../tensor/RandomState";
import { rowRange } from "../../tensor/rowRange";
import { RowScratch, Scratch } from "../../tensor/Scratch";
import { formatShape, type Shape } from "../../tensor/shape";
import type { Tensor } from "../../tensor/Tensor";
import { checkLayerOptions, initialize } from "../init";
import { Module } from "../Module";
import { Parameter } from "../Parameter";
import { LiveTokens } from "../tokens/LiveTokens";
import { accumulateOver, liveRanges, type Range } from "./ranges";
import { EqualSequences, type Sequences } from "./Sequences";

/** What the weights of a recurrent layer are drawn from, their dtype, and which states it returns. */
export interface RecurrentOptions {
  /** The stream the weights are drawn from: W by `xavierUniform`, then U by `orthogonal`, as in Keras. */
  readonly random: RandomState;
  /** Whether y has the states of all steps, [N, T, H], or only the last ones, [N, H] (default: false). */
  readonly returnSequences?: boolean;
  /** σ of the gates: the logistic function, or Keras's `hard_sigmoid`, its default before 2.3 (default: `sigmoid`). */
  readonly recurrentActivation?: "sigmoid" | "hardSigmoid";
  /** The dtype of x, y and the parameters (default: `float32`). */
  readonly dtype?: DType;
}

/** More sequences than this are not taken through time together: their states would leave the cache. */
const MOST_TOGETHER = 32;

/** The kernels that go through time. */
type StepKernel = "lstmForward" | "lstmBackward" | "gruForward" | "gruBackward";

/**
 * What `LSTM` and `GRU` have in common. The sums of the gates of step t are xₜW + hₜ₋₁U + b. The first part is one
 * product for all steps of all sequences; the second goes through time in one call of a kernel, in which each thread
 * takes some sequences of the batch from the first step to the last, so that threads never wait for each other and the
 * bits do not depend on their number. Back through time likewise: the kernel writes dG, the gradient of the sums of all
 * steps, and then dW = Σₜ xₜᵀ dGₜ, dU = Σₜ hₜ₋₁ᵀ dGₜ, db = Σₜ dGₜ and dxₜ = dGₜ Wᵀ are one product or sum each.
 *
 * h₀ is 0. Nothing is truncated: the gradient of the last step reaches the first, if it does not fade to 0 on its way.
 * Where it does, the steps before take no work: with forget gates of a half, only some 90 of the last steps have one,
 * whatever the length.
 * @throws ArgumentError if a length is not a whole number > 0.
 */
export abstract class Recurrent extends Module {
  /** D, the features of a step of x. */
  readonly inputSize: number;
  /** H, the length of the state. */
  readonly units: number;
  /** Whether y has the states of all steps or only the last. */
  readonly returnSequences: boolean;
  /** σ of the gates. */
  readonly recurrentActivation: "sigmoid" | "hardSigmoid";
  /** W [D, gates · H]. */
  readonly weight: Parameter;
  /** U [H, gates · H]. */
  readonly recurrentWeight: Parameter;
  /** b [gates · H]. */
  readonly bias: Parameter;
  /** The dtype of x, y and the parameters. */
  protected readonly dtype: DType;
  /** How many blocks of H columns W and U have. @internal */
  protected readonly gates: number;
  /** h before each step, [S, H]; after it, [S, H], where it is returned. @internal */
  protected readonly before: RowScratch = new RowScratch();
  /** Those of the distinct tokens of the last sequences that the gradient has reached. @internal */
  readonly live: LiveTokens = new LiveTokens();
  /** From which of its steps on each sequence has a gradient, [N]. @internal */
  protected firsts: Int32Array = allocateInt32(0);
  private readonly last = new Scratch();
  private readonly projections = new RowScratch();
  private readonly dGates = new RowScratch();
  private readonly dProjections = new RowScratch();
  private readonly liveRows = new RowScratch();
  private readonly equal = new EqualSequences();
  private sequences: Sequences | undefined;

  /** `more` are the names of what else may be in the options. */
  constructor(
    inputSize: number,
    units: number,
    gates: number,
    options: RecurrentOptions,
    more: readonly string[] = [],
  ) {
    super();
    const where = new.target.name;
    checkCounts(where, { inputSize, units });
    const names = ["random", "returnSequences", "recurrentActivation", "dtype", ...more];
    checkLayerOptions(where, options, names, [inputSize, units]);
    const { random, returnSequences = false, recurrentActivation = "sigmoid", dtype = "float32" } = options;
    checkFlags(where, { returnSequences });
    if (recurrentActivation !== "sigmoid" && recurrentActivation !== "hardSigmoid") {
      const problem = `recurrentActivation must be "sigmoid" or "hardSigmoid", got ${inWords(recurrentActivation)}`;
      throw new ArgumentError(where, problem);
    }
    this.inputSize = inputSize;
    this.units = units;
    this.gates = gates;
    this.returnSequences = returnSequences;
    this.recurrentActivation = recurrentActivation;
    this.dtype = dtype;
    const columns = gates * units;
    this.weight = new Parameter("weight", [inputSize, columns], dtype);
    this.recurrentWeight = new Parameter("weight", [units, columns], dtype);
    this.bias = new Parameter("bias", [columns], dtype);
    initialize(where, this.weight.value, "xavierUniform", inputSize, columns, random);
    initialize(where, this.recurrentWeight.value, "orthogonal", units, columns, random);
  }

  /** Whether the gates are hard sigmoids, as the kernels want it. @internal */
  protected get hardGates(): number {
    return this.recurrentActivation === "hardSigmoid" ? 1 : 0;
  }

  /** Takes the sequences through time: writes last [N, H] and, where it is wanted, after [S, H]. @internal */
  protected abstract forwardSteps(
    sequences: Sequences,
    projections: Tensor,
    last: Tensor,
    after: Tensor | undefined,
  ): void;

  /**
   * Takes dLast [N, H] or dAfter [S, H] back through time: raises `firsts` where it fades, and writes dGates [S, gates · H] from there on.
   * @internal
   */
  protected abstract backwardSteps(
    sequences: Sequences,
    dLast: Tensor | undefined,
    dAfter: Tensor | undefined,
    dGates: Tensor,
  ): void;

  /** Adds dU, and what else `backwardSteps` has the gradient of. @internal */
  protected abstract addRecurrentGradients(dGates: Tensor, live: readonly Range[]): void;

  /** What is added to xW: b, and what else does not change from step to step. @internal */
  protected projectionBias(): Tensor {
    return this.bias.value;
  }

  /** Shapes: x [N, T, D] → y [N, H], or [N, T, H] with returnSequences. */
  override forward(x: Tensor): Tensor {
    const y = this.takeOutput(x, this.dtype);
    const [count, length, features] = x.shape as [number, number, number];
    const steps = count * length;
    const { starts, order } = this.equal.prepare(count, length);
    this.compute({ rows: x.reshape([steps, features]), steps, starts, order }, y);
    return y;
  }

  /** Writes y: the last states [N, H], or with returnSequences all of them. For `EmbeddedRecurrent`. @internal */
  forwardSequences(sequences: Sequences, y: Tensor): void {
    this.rememberPass(sequences.rows, y);
    this.compute(sequences, y);
  }

  private compute(sequences: Sequences, y: Tensor): void {
    const { dtype, units } = this;
    const { rows, order } = sequences;
    const projections = this.projections.take(rows.shape[0], this.gates * units, dtype);
    matmulInto(projections, rows, false, this.weight.value, false, false);
    const bias = this.projectionBias().data.byteOffset;
    const [count, columns] = projections.shape as [number, number];
    run(dtype, "addBias", projections.size, [0, count, columns, bias, projections.data.byteOffset, 0]);
    if (this.returnSequences) {
      this.forwardSteps(sequences, projections, this.last.take([order.length, units], dtype), y);
    } else {
      this.forwardSteps(sequences, projections, y, undefined);
    }
    this.sequences = sequences;
  }

  /** Shapes: dy as y → dx as x. */
  override backward(dy: Tensor): Tensor {
    const { dProjections, ranges } = this.addGradients(dy);
    const dx = this.takeInputGradient();
    this.rowGradients(dProjections, ranges, dx.reshape([dProjections.shape[0], this.inputSize]));
    return dx;
  }

  override backwardParameters(dy: Tensor): void {
    this.addGradients(dy);
  }

  /**
   * Writes the gradient of the rows of the last sequences, [R, D]; if they are distinct tokens, of those in `live`, one
   * behind the other.
   * @internal
   */
  rowGradients(dProjections: Tensor, ranges: readonly Range[], dRows: Tensor): void {
    dRows.data.fill(0);
    for (const [from, to] of ranges) {
      const part = rowRange(dRows, from, to);
      matmulInto(part, rowRange(dProjections, from, to), false, this.weight.value, true, false);
    }
  }

  /** Adds the gradients of the parameters and returns that of the projections, which stands in those rows. @internal */
  addGradients(dy: Tensor): { dProjections: Tensor; ranges: readonly Range[] } {
    this.recallPass(dy);
    const sequences = this.sequences as Sequences;
    const { order, starts, steps } = sequences;
    if (this.firsts.length < order.length) this.firsts = allocateInt32(order.length);
    this.firsts.set(starts.subarray(0, order.length));
    const [dLast, dAfter] = this.returnSequences ? [undefined, dy] : [dy, undefined];
    const dGates = this.dGates.take(steps, this.gates * this.units, this.dtype);
    this.backwardSteps(sequences, dLast, dAfter, dGates);
    const live = liveRanges(sequences, this.firsts);
    this.addRecurrentGradients(dGates, live);
    const { rows, dProjections, ranges } = this.sumByRow(dGates, sequences, live);
    accumulateOver(this.weight, ranges, (into, part, add) =>
      matmulInto(into, part(rows), true, part(dProjections), false, add),
    );
    accumulateOver(this.bias, ranges, (into, part, add) => {
      const { data, shape } = part(dProjections);
      const [count, columns] = shape as [number, number];
      const args = [0, columns, count, columns, data.byteOffset, into.data.byteOffset, add ? 1 : 0];
      run(this.dtype, "columnSums", data.length, args);
    });
    return { dProjections, ranges };
  }

  /** Σ of the gradients of the steps that read the same row, and these rows. */
  private sumByRow(
    dGates: Tensor,
    { rows, distinct }: Sequences,
    ranges: readonly Range[],
  ): { rows: Tensor; dProjections: Tensor; ranges: readonly Range[] } {
    if (!distinct) return { rows, dProjections: dGates, ranges };
    const { live, dtype, inputSize } = this;
    live.find(distinct, ranges);
    const { count } = live;
    const [most, columns] = [rows.shape[0], dGates.shape[1]];
    const liveRows = rowRange(this.liveRows.take(most, inputSize, dtype), 0, count);
    const sums = rowRange(this.dProjections.take(most, columns, dtype), 0, count);
    const [all, slots, some] = [rows.data, live.slots, liveRows.data].map((array) => array.byteOffset);
    run(dtype, "gatherRows", liveRows.size, [0, count, all, slots, inputSize, some]);
    live.sum(dGates, sums);
    return { rows: liveRows, dProjections: sums, ranges: count > 0 ? [[0, count]] : [] };
  }

  /**
   * Runs a kernel over the sequences, dealt to blocks: one a thread, or more where they would be too long.
   * @internal
   */
  protected runSteps(
    name: StepKernel,
    { order, starts, steps }: Sequences,
    args: readonly number[],
    scratchBytes: (rows: number, units: number) => number,
  ): void {
    const { units } = this;
    const count = order.length;
    const threads = threadsReady() + 1;
    const blocks = Math.min(count, threads * Math.ceil(count / (threads * MOST_TOGETHER)));
    run(
      this.dtype,
      name,
      steps * units * units * this.gates,
      [0, blocks, blocks, count, units, order.byteOffset, starts.byteOffset, ...args],
      scratchBytes(Math.ceil(count / blocks), units),
    );
  }

  /** Columns [first, first + gates · H) of U, packed for the kernels; transposed for the way back. @internal */
  protected pack(scratch: Scratch, firstGate: number, gates: number, transposed: boolean): number {
    const { dtype, units } = this;
    const kernel = kernels(dtype);
    const padded = kernel.wholeVectors(units) * gates;
    const bytes = transposed ? kernel.packedBytes(padded, units) : kernel.packedBytes(units, padded);
    const packed = scratch.take([bytes / bytesOf(dtype)], dtype).data.byteOffset;
    const u = this.recurrentWeight.value.data.byteOffset;
    const args = [gates, units, u, this.gates * units, firstGate * units, packed] as const;
    if (transposed) kernel.packGatesTransposed(...args);
    else kernel.packGates(...args);
    return packed;
  }

  override outputShape(shape: Shape): Shape {
    const { inputSize, units } = this;
    if (shape?.length !== 3 || shape[1] === 0 || shape[2] !== inputSize) {
      throw new ShapeError(
        `${this.constructor.name}.forward`,
        `x must be [N, T, ${inputSize}] with T > 0, got ${formatShape(shape)}`,
      );
    }
    return this.returnSequences ? [shape[0], shape[1], units] : [shape[0], units];
  }
}
