import type { DType } from "scratch-nn";

/**
 * What a network reads: MNIST's bytes / 255, four of five of them 0; the same standardised, (x − 0.1307) / 0.3081; or
 * standard normal numbers, none of them 0.
 */
export type Data = "mnist" | "standardised" | "normal";

/**
 * What is measured of it: a training step on a batch, the evaluation of the first 10,000 samples, or the answer to one
 * sample.
 */
export type Task = "train" | "evaluate" | "predict";

/** A network in → hidden → … → out. */
export interface Perceptron {
  readonly kind: "mlp";
  readonly name: string;
  readonly task: Task;
  readonly data: Data;
  readonly sizes: readonly number[];
  readonly activation: "relu" | "sigmoid";
  readonly batch: number;
  readonly dtype: DType;
  readonly learningRate: number;
  /** Weights begin as N(0, gain / fanIn), biases as 0. */
  readonly gain: number;
}

/**
 * A training step of a convolutional network. On MNIST it is the homework's, without dropout, which every program would
 * draw differently: 5 × 5 convolutions to 32 and 64 channels, each with ReLU and 2 × 2 max pooling, 1000 units, 10. On
 * normal numbers, [32, 32, 3], three 3 × 3 convolutions with padding 1 to 32, 64 and 128 channels, each with ReLU and
 * 2 × 2 max pooling, 128 units, 10.
 */
export interface Convolutional {
  readonly kind: "cnn";
  readonly name: string;
  readonly task: "train";
  readonly data: "mnist" | "normal";
  readonly batch: number;
  readonly dtype: DType;
  readonly learningRate: number;
}

/** C = A·B, [M, K] · [K, N], with an operand transposed where it is stored so. */
export interface Product {
  readonly kind: "matmul";
  readonly name: string;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly dtype: DType;
}

/** A training step of Embedding → LSTM or GRU → Linear with one output on random tokens. */
export interface Recurrent {
  readonly kind: "recurrent";
  readonly name: string;
  readonly cell: "lstm" | "gru";
  readonly dictSize: number;
  readonly dimension: number;
  readonly units: number;
  readonly length: number;
  readonly batch: number;
  readonly dtype: "float32";
}

export type Workload = Perceptron | Convolutional | Product | Recurrent;

/** How many samples of normal numbers there are, of 784 numbers and of 3,072. */
export const NORMAL_SAMPLES = { mlp: 10_000, cnn: 1024 } as const;

/** How many samples are evaluated. */
export const EVALUATED = 10_000;

/** How many batches of tokens are drawn beforehand. */
export const SEQUENCE_BATCHES = 8;

/** The shapes of the trained networks' products and a square one. */
export const largeShapes = [
  [64, 784, 1024],
  [784, 64, 1024],
  [512, 512, 512],
] as const;

/** Shapes with a side of 10, where packing costs most. */
export const thinShapes = [
  [64, 1024, 10],
  [10, 784, 30],
] as const;

const forms = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;
const dtypes = ["float32", "float64"] as const;

/** The networks that are trained on data without zeros, and their batches. */
const dense = [
  [[784, 1024, 10], 64],
  [[784, 292, 10], 128],
  [[784, 512, 512, 10], 128],
  [[784, 64, 10], 64],
  [[784, 30, 10], 10],
] as const;

export const workloads: readonly Workload[] = [
  ...dtypes.flatMap((dtype) => [
    training([784, 1024, 10], "relu", 64, dtype),
    training([784, 292, 10], "relu", 128, dtype),
    training([784, 64, 10], "relu", 64, dtype),
    training([784, 30, 10], "sigmoid", 10, dtype),
  ]),
  ...dense.flatMap(([sizes, batch]) =>
    training(sizes, sizes.length === 3 && sizes[1] === 30 ? "sigmoid" : "relu", batch, "float32", "normal"),
  ),
  training([784, 1024, 10], "relu", 64, "float32", "standardised"),
  ...(["mnist", "normal"] as const)
    .flatMap((data) => [
      { ...training([784, 1024, 10], "relu", 500, "float32", data), task: "evaluate" as const },
      { ...training([784, 1024, 10], "relu", 1, "float32", data), task: "predict" as const },
    ])
    .map(named),
  convolutional(32, "mnist"),
  convolutional(128, "mnist"),
  convolutional(32, "normal"),
  convolutional(128, "normal"),
  ...dtypes.flatMap((dtype) => [
    ...largeShapes.flatMap((shape) => forms.map((form) => product(shape, form, dtype))),
    ...thinShapes.map((shape) => product(shape, forms[0], dtype)),
  ]),
  recurrent("lstm", 5000, 64, 128, 32),
  recurrent("lstm", 10_000, 128, 64, 4),
  recurrent("gru", 20_000, 128, 128, 32),
];

/** The same network in another dtype. */
export function withDType({ sizes, activation, batch, data }: Perceptron, dtype: DType): Perceptron {
  return training(sizes, activation, batch, dtype, data);
}

/** The name of a product: `matmul 64x784x1024 f32`, and `AtB`, `ABt` or `AtBt` where something is transposed. */
export function productName(
  [m, k, n]: readonly [number, number, number],
  [transposeA, transposeB]: readonly [boolean, boolean],
  dtype: DType,
): string {
  const name = `matmul ${m}x${k}x${n} ${dtype === "float32" ? "f32" : "f64"}`;
  return transposeA || transposeB ? `${name} A${transposeA ? "t" : ""}B${transposeB ? "t" : ""}` : name;
}

/** The names of a product in all four forms. */
export function formNames(shape: readonly [number, number, number], dtype: DType): string[] {
  return forms.map((form) => productName(shape, form, dtype));
}

/** What one unit of work counts for in the workload's rate: a step, or a product's 2MKN operations in 10⁹. */
export function unit(workload: Workload): number {
  return workload.kind === "matmul" ? (2 * workload.m * workload.k * workload.n) / 1e9 : 1;
}

function training(
  sizes: readonly number[],
  activation: "relu" | "sigmoid",
  batch: number,
  dtype: DType,
  data: Data = "mnist",
): Perceptron {
  const [learningRate, gain] = activation === "relu" ? [0.1, 2] : [3, 1];
  return named({
    kind: "mlp",
    name: "",
    task: "train",
    data,
    sizes,
    activation,
    batch,
    dtype,
    learningRate,
    gain,
  });
}

/** `mlp 784-1024-10 relu b64`, with the task, the data and the dtype where they are not the usual ones. */
function named(workload: Perceptron): Perceptron {
  const { sizes, activation, batch, task, data, dtype } = workload;
  const what = { train: `b${batch}`, evaluate: "10,000", predict: "one" }[task];
  const rest = [data === "mnist" ? "" : data, dtype === "float64" ? "f64" : ""].filter((word) => word !== "");
  return { ...workload, name: ["mlp", sizes.join("-"), activation, what, ...rest].join(" ") };
}

function convolutional(batch: number, data: "mnist" | "normal"): Convolutional {
  const name = data === "mnist" ? `cnn 2conv b${batch}` : `cnn 3conv 32x32x3 b${batch}`;
  return {
    kind: "cnn",
    name,
    task: "train",
    data,
    batch,
    dtype: "float32",
    learningRate: data === "mnist" ? 0.05 : 0.01,
  };
}

function product(
  shape: readonly [number, number, number],
  form: readonly [boolean, boolean],
  dtype: DType,
): Product {
  const [m, k, n] = shape;
  const [transposeA, transposeB] = form;
  return { kind: "matmul", name: productName(shape, form, dtype), m, k, n, transposeA, transposeB, dtype };
}

function recurrent(
  cell: "lstm" | "gru",
  dictSize: number,
  dimension: number,
  units: number,
  batch: number,
): Recurrent {
  const length = 512;
  const name = `${cell} ${dictSize}x${dimension}-${units} len${length} b${batch}`;
  return { kind: "recurrent", name, cell, dictSize, dimension, units, length, batch, dtype: "float32" };
}
