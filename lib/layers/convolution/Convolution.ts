import { kernels } from "../../kernels/load";
import { allocateInt32 } from "../../kernels/memory";
import { run } from "../../kernels/run";
import { Scratch } from "../../tensor/Scratch";
import type { Tensor } from "../../tensor/Tensor";
import type { Parameter } from "../Parameter";

/** The lengths of a convolution; all images [height, width, channels], the weight [kernelRows, kernelColumns, …]. */
export interface ConvolutionShape {
  readonly height: number;
  readonly width: number;
  readonly inChannels: number;
  readonly kernelRows: number;
  readonly kernelColumns: number;
  readonly outChannels: number;
  /** From one window to the next, in rows and in columns. */
  readonly stride: readonly [number, number];
  /** Rows of zeros above the image, and columns of zeros on its left. */
  readonly padding: readonly [number, number];
  /** Rows and columns of the result. */
  readonly rows: number;
  readonly columns: number;
  /** Of the windows of the max pooling that follows in the same pass; 1 for none. */
  readonly pool: number;
}

/** What undoes max pooling: the places of the largest values, and the results where those were rectified. */
export interface Pooled {
  readonly places: Tensor;
  readonly open: Tensor | undefined;
}

/** Into so many parts the sum over the images is cut, on any number of threads, so that its bits do not depend on it. */
const PARTS = 8;
/** Windows whose rows have fewer values than this are copied together for the weight gradient. */
const UNFOLDED_BELOW = 16;

/**
 * The three products of a convolution of images of one size, channels last: y = x ∗ w + b, dx and dw. None makes the
 * matrix of all windows (im2col), at most that of some rows: they go over the non-zero values of x, or of dy, of one
 * image after the other, and read the weights, or the pixels, that these meet. A product with 0 adds nothing and the
 * order of the sums stays, so nothing but the time depends on how many zeros there are.
 */
export class Convolution {
  readonly shape: ConvolutionShape;
  private readonly forward: Plan;
  private readonly backward: Plan;
  private readonly geometry: Int32Array;
  private readonly factors = new Scratch();
  private readonly partial = new Scratch();
  private readonly partialBias = new Scratch();

  constructor(shape: ConvolutionShape) {
    this.shape = shape;
    this.forward = forwardPlan(shape);
    this.backward = backwardPlan(shape);
    const { height, width, inChannels, kernelRows, kernelColumns, outChannels, stride, padding } = shape;
    const isPadded = reachesOver(shape);
    const isUnfolded = isPadded || kernelColumns * inChannels < UNFOLDED_BELOW;
    this.geometry = inKernelMemory([
      ...[height, width, inChannels, kernelRows, kernelColumns, outChannels, ...stride, ...padding],
      ...[isPadded ? 1 : 0, shape.rows, shape.columns, isUnfolded ? 1 : 0, shape.pool],
    ]);
  }

  /**
   * y = x ∗ w + bias, then max(0, y) if `rectify`, then the largest of each window and its place if it pools.
   * Shapes: x [N, H, W, in] → y and places [N, ⌊rows / pool⌋, ⌊columns / pool⌋, out].
   */
  apply(x: Tensor, w: Tensor, bias: Tensor, y: Tensor, rectify: boolean, places?: Tensor): void {
    this.convolve(this.forward, x, w, pointer(bias), y, [rectify ? 1 : 0, pointer(places), 0]);
  }

  /** dx = the sum of w · dy over the windows a pixel lies in. Shapes: dy as y → dx as x. */
  inputGradient(dy: Tensor, w: Tensor, dx: Tensor, pooled?: Pooled): void {
    this.convolve(this.backward, dy, w, 0, dx, [0, pointer(pooled?.places), pointer(pooled?.open)]);
  }

  /** dw (+)= Σ over images and places of window · dy, db (+)= Σ dy, added to what is there. */
  weightGradient(x: Tensor, dy: Tensor, weight: Parameter, bias: Parameter, pooled?: Pooled): void {
    const { dtype } = x;
    const { outChannels } = this.shape;
    const kernel = kernels(dtype);
    const geometry = this.geometry.byteOffset;
    const images = x.shape[0];
    const parts = Math.min(Math.max(images, 1), PARTS);
    const partial = pointer(this.partial.take([PARTS * kernel.gradientValues(geometry)], dtype));
    const partialBias = pointer(this.partialBias.take([PARTS, outChannels], dtype));
    const [places, open] = [pointer(pooled?.places), pointer(pooled?.open)];
    const operands = [parts, images, geometry, pointer(x), pointer(dy), places, open, partial, partialBias];
    const scratch = kernel.convolutionGradientScratch(geometry);
    run(dtype, "convolutionGradient", this.work(images), [0, parts, ...operands], scratch);
    const dw = weight.accumulate();
    const vectors = kernel.gradientVectors(geometry);
    const sum = [0, vectors, geometry, parts, partial, pointer(dw.into), dw.add ? 1 : 0];
    run(dtype, "sumGradients", dw.into.size * parts, sum);
    const db = bias.accumulate();
    const biasSum = [0, outChannels, parts, outChannels, partialBias, pointer(db.into), db.add ? 1 : 0];
    run(dtype, "columnSums", parts * outChannels, biasSum);
  }

  private convolve(plan: Plan, x: Tensor, w: Tensor, bias: number, y: Tensor, rest: readonly number[]): void {
    const { dtype } = x;
    const kernel = kernels(dtype);
    const factor = pointer(
      this.factors.take([plan.starts.length, kernel.filledColumns(plan.columns)], dtype),
    );
    const starts = plan.starts.byteOffset;
    kernel.packFactor(plan.starts.length, plan.columns, starts, plan.step, pointer(w), factor);
    const table = plan.table.byteOffset;
    const args = [0, x.shape[0], table, pointer(x), factor, bias, pointer(y), ...rest];
    run(dtype, "convolve", this.work(x.shape[0]), args, kernel.convolveScratch(table));
  }

  /** Multiply-adds of so many images if nothing is 0. */
  private work(images: number): number {
    const { rows, columns, kernelRows, kernelColumns, inChannels, outChannels } = this.shape;
    return images * rows * columns * kernelRows * kernelColumns * inChannels * outChannels;
  }
}

/** Whether a window reaches over an edge of the image. */
function reachesOver(shape: ConvolutionShape): boolean {
  const { height, width, rows, columns, kernelRows, kernelColumns, stride, padding } = shape;
  const bottom = (rows - 1) * stride[0] - padding[0] + kernelRows;
  const right = (columns - 1) * stride[1] - padding[1] + kernelColumns;
  return padding[0] > 0 || padding[1] > 0 || bottom > height || right > width;
}

/** What `convolve` reads: its table, and where in the weight the rows of its factor lie. */
interface Plan {
  readonly table: Int32Array;
  /** Where each row of the factor begins in the weight, and how far its columns are apart. */
  readonly starts: Int32Array;
  readonly columns: number;
  readonly step: number;
}

/** The factor is the weight as it is, [kernelRows][kernelColumns · in, out]. */
function forwardPlan(shape: ConvolutionShape): Plan {
  const { height, width, inChannels, kernelRows, kernelColumns, outChannels, stride, padding } = shape;
  const { rows, columns, pool } = shape;
  const tapRows = kernelColumns * inChannels;
  const table = [height, width, inChannels, rows, columns, outChannels, kernelRows, tapRows, 1, pool];
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < kernelRows; a++) {
      const source = i * stride[0] - padding[0] + a;
      table.push(source >= 0 && source < height ? source : -1);
    }
  }
  for (let j = 0; j < columns; j++) {
    const left = j * stride[1] - padding[1];
    table.push(...range(left, left + kernelColumns, width), -left * inChannels);
  }
  const starts = Array.from({ length: kernelRows * tapRows }, (_, row) => row * outChannels);
  return { table: inKernelMemory(table), starts: inKernelMemory(starts), columns: outChannels, step: 1 };
}

/**
 * A pixel i of x lies in the windows j with i + left − j·stride = b for a kernel column b: with a stride s these
 * are every s-th b, and j falls as b rises. The factor therefore has, for each kernel row, the kernel columns of each
 * remainder of s one after the other, each in descending order, [kernelRows][kernelColumns · out, in].
 */
function backwardPlan(shape: ConvolutionShape): Plan {
  const { height, width, inChannels, kernelRows, kernelColumns, outChannels } = shape;
  const { rows, columns, pool } = shape;
  const [strideRows, stride] = shape.stride;
  const [top, left] = shape.padding;
  const order: number[] = [];
  const lasts: number[] = [];
  for (let remainder = 0; remainder < stride; remainder++) {
    const count = Math.max(0, Math.ceil((kernelColumns - remainder) / stride));
    for (let m = count - 1; m >= 0; m--) order.push(remainder + m * stride);
    lasts.push(order.length - 1);
  }
  const tapRows = kernelColumns * outChannels;
  const table = [rows, columns, outChannels, height, width, inChannels, kernelRows, tapRows, pool, 1];
  for (let i = 0; i < height; i++) {
    for (let a = 0; a < kernelRows; a++) {
      const source = (i + top - a) / strideRows;
      table.push(Number.isInteger(source) && source >= 0 && source < rows ? source : -1);
    }
  }
  for (let i = 0; i < width; i++) {
    const last = Math.floor((i + left) / stride);
    const first = Math.ceil((i + left - kernelColumns + 1) / stride);
    const place = lasts[(i + left) % stride] - last;
    table.push(...range(first, last + 1, columns), place * outChannels);
  }
  const starts: number[] = [];
  for (let a = 0; a < kernelRows; a++) {
    for (const b of order) {
      for (let c = 0; c < outChannels; c++) {
        starts.push((a * kernelColumns + b) * inChannels * outChannels + c);
      }
    }
  }
  return {
    table: inKernelMemory(table),
    starts: inKernelMemory(starts),
    columns: inChannels,
    step: outChannels,
  };
}

/** [from, to) within [0, length). */
function range(from: number, to: number, length: number): [number, number] {
  const start = Math.min(Math.max(from, 0), length);
  return [start, Math.max(start, Math.min(to, length))];
}

function inKernelMemory(values: readonly number[]): Int32Array {
  const array = allocateInt32(values.length);
  array.set(values);
  return array;
}

function pointer(tensor: Tensor | undefined): number {
  return tensor?.data.byteOffset ?? 0;
}
