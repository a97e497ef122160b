import { checkOptions, inWords } from "../checks";
import { ArgumentError } from "../errors";
import { allocateInt32 } from "../kernels/memory";
import { run } from "../kernels/run";
import { log } from "../tensor/fdlibm";
import { Scratch } from "../tensor/Scratch";
import { type Pass, passOf, setPass, Tensor } from "../tensor/Tensor";
import { Workspace } from "../tensor/Workspace";
import { checkLogits, checkTargets, type Loss, type Targets } from "./Loss";

/** Where a `CrossEntropyLoss` departs from the textbook's. */
export interface CrossEntropyLossOptions {
  /**
   * Added to p inside the logarithm, −log(p + ε), as several NumPy projects do to avoid log 0. It changes the
   * reported loss only; the gradient is that of ε = 0, as in those projects (default: 0). With 0 log p is found
   * from the logits without losing digits.
   */
  readonly epsilon?: number;
  /**
   * α, the share of each target that is spread over all classes alike (Szegedy et al. 2016): t ← (1 − α) t + α / C, as
   * PyTorch's `label_smoothing` (default: 0).
   */
  readonly labelSmoothing?: number;
  /** A factor on the gradient only, below 1 for a project that divides twice (default: 1, the derivative of the loss). */
  readonly gradientScale?: number;
}

/**
 * Softmax and cross-entropy in one: L = −(1/N) Σₙ log pₙ,ₜ with p = softmax(logits), t the label of row n; with a
 * row of target values instead of a label, L = −(1/N) Σₙ Σⱼ tₙⱼ log pₙⱼ. Smoothed labels are such rows.
 *
 * Backward: ∂L/∂xₙⱼ = (pₙⱼ Σₖ tₙₖ − tₙⱼ) · scale / N, which is (p − onehot(t)) / N for labels and a scale of 1. The
 * logarithm undoes the exponential, which is why the two belong together: log pⱼ = xⱼ − max − log Σ e^{x − max}.
 * Gradients too small to change a weight become 0 (kernels/assembly/tiny.ts).
 *
 * Shapes: logits [N, C], targets N labels or [N, C] → a number; the gradient is [N, C].
 * @throws ArgumentError unless epsilon is finite and ≥ 0, labelSmoothing in [0, 1] and gradientScale finite.
 * @throws ShapeError or ArgumentError if the targets do not fit the logits [N, C].
 * @example
 * const loss = new nn.CrossEntropyLoss();
 * const y = nn.Tensor.zeros([1, 4]); // no class is likelier than another
 * console.log(loss.forward(y, [2]).toFixed(4)); // 1.3863
 * console.log(loss.backward().at(0, 2)); // -0.75
 */
export class CrossEntropyLoss implements Loss {
  private readonly epsilon: number;
  private readonly labelSmoothing: number;
  private readonly gradientScale: number;
  private readonly p = new Scratch();
  private readonly maxima = new Scratch();
  private readonly sums = new Scratch();
  private readonly smoothed = new Scratch();
  private readonly gradient = new Workspace();
  private labels: Int32Array = new Int32Array(0);
  private last: { readonly p: Tensor; readonly targets?: Tensor; readonly pass?: Pass } | undefined;

  constructor(options: CrossEntropyLossOptions = {}) {
    checkOptions("CrossEntropyLoss", options, ["epsilon", "labelSmoothing", "gradientScale"]);
    const { epsilon = 0, labelSmoothing = 0, gradientScale = 1 } = options;
    if (!(epsilon >= 0 && Number.isFinite(epsilon))) {
      throw new ArgumentError(
        "CrossEntropyLoss",
        `epsilon must be a finite number ≥ 0, got ${inWords(epsilon)}`,
      );
    }
    if (!(typeof labelSmoothing === "number" && labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new ArgumentError(
        "CrossEntropyLoss",
        `labelSmoothing must be in [0, 1], got ${inWords(labelSmoothing)}`,
      );
    }
    if (!Number.isFinite(gradientScale)) {
      throw new ArgumentError(
        "CrossEntropyLoss",
        `gradientScale must be a finite number, got ${inWords(gradientScale)}`,
      );
    }
    this.epsilon = epsilon;
    this.labelSmoothing = labelSmoothing;
    this.gradientScale = gradientScale;
  }

  /** L for logits [N, C]. */
  forward(logits: Tensor, targets: Targets): number {
    checkTargets("CrossEntropyLoss.forward", logits, targets);
    checkLogits("CrossEntropyLoss.forward", logits, targets, "softmax");
    const [rows, classes] = logits.shape as [number, number];
    const p = this.p.take(logits.shape, logits.dtype);
    const maxima = this.maxima.take([rows], logits.dtype).data;
    const sums = this.sums.take([rows], logits.dtype).data;
    const softmax = [logits.data, p.data, maxima, sums].map((array) => array.byteOffset);
    run(logits.dtype, "softmax", logits.size, [0, rows, classes, ...softmax]);
    const wanted = this.labelSmoothing > 0 ? this.smooth(targets, logits) : targets;
    const kind = wanted instanceof Tensor ? sameKind(wanted, logits) : undefined;
    this.last = { p, targets: kind, pass: passOf(logits) };
    const logP = (row: number, column: number, logSum: number): number => {
      const cell = row * classes + column;
      if (this.epsilon > 0) return log(p.data[cell] + this.epsilon);
      return logits.data[cell] - maxima[row] - logSum;
    };
    let total = 0;
    if (wanted instanceof Tensor) {
      for (let i = 0; i < rows; i++) {
        const logSum = log(sums[i]);
        for (let j = 0; j < classes; j++) {
          const target = wanted.data[i * classes + j];
          if (target !== 0) total -= target * logP(i, j, logSum);
        }
      }
    } else {
      if (this.labels.length < rows) this.labels = allocateInt32(rows);
      for (let i = 0; i < rows; i++) {
        this.labels[i] = wanted[i];
        total -= logP(i, wanted[i], log(sums[i]));
      }
    }
    return total / rows;
  }

  /** The smoothed targets, in the dtype of the logits. */
  private smooth(targets: Targets, logits: Tensor): Tensor {
    const [rows, classes] = logits.shape as [number, number];
    const { labelSmoothing } = this;
    const smoothed = this.smoothed.take(logits.shape, logits.dtype);
    if (targets instanceof Tensor) smoothed.data.set(targets.data);
    else {
      smoothed.data.fill(0);
      for (let i = 0; i < rows; i++) smoothed.data[i * classes + targets[i]] = 1;
    }
    for (let i = 0; i < smoothed.size; i++) {
      smoothed.data[i] = (1 - labelSmoothing) * smoothed.data[i] + labelSmoothing / classes;
    }
    return smoothed;
  }

  /** ∂L/∂logits of the last `forward`, [N, C]. @throws ArgumentError before a `forward`. */
  backward(): Tensor {
    if (!this.last) throw new ArgumentError("CrossEntropyLoss.backward", "forward must be called first");
    const { p, targets, pass } = this.last;
    const [rows, classes] = p.shape as [number, number];
    const scale = this.gradientScale / rows;
    const gradient = setPass(this.gradient.take(p.shape, p.dtype), pass);
    const name = targets ? "crossEntropyTargetsGradient" : "crossEntropyGradient";
    const wanted = (targets?.data ?? this.labels).byteOffset;
    const args = [0, rows, classes, p.data.byteOffset, wanted, scale, gradient.data.byteOffset];
    run(p.dtype, name, p.size, args);
    return gradient;
  }
}

/** Targets in the dtype of the logits, as the kernel reads them. */
function sameKind(targets: Tensor, { dtype }: Tensor): Tensor {
  return targets.dtype === dtype ? targets : targets.to(dtype);
}
