import type { DType } from "scratch-nn";

/** A training step of a network in → hidden → out on a batch of MNIST. */
export interface Training {
  readonly kind: "mlp";
  readonly name: string;
  readonly sizes: readonly [number, number, number];
  readonly activation: "relu" | "sigmoid";
  readonly batch: number;
  readonly dtype: DType;
  readonly learningRate: number;
  /** Weights begin as N(0, gain / fanIn), biases as 0. */
  readonly gain: number;
}

/**
 * A training step of the homework's network of two convolutions, without dropout, which every program would draw
 * differently: 5 × 5 convolutions to 32 and 64 channels, each with ReLU and 2 × 2 max pooling, 1000 units, 10.
 */
export interface Convolutional {
  readonly kind: "cnn";
  readonly name: string;
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

export type Workload = Training | Convolutional | Product | Recurrent;

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

export const workloads: readonly Workload[] = [
  ...dtypes.flatMap((dtype) => [
    training([784, 1024, 10], "relu", 64, dtype),
    training([784, 292, 10], "relu", 128, dtype),
    training([784, 64, 10], "relu", 64, dtype),
    training([784, 30, 10], "sigmoid", 10, dtype),
  ]),
  convolutional(32),
  convolutional(128),
  ...dtypes.flatMap((dtype) => [
    ...largeShapes.flatMap((shape) => forms.map((form) => product(shape, form, dtype))),
    ...thinShapes.map((shape) => product(shape, forms[0], dtype)),
  ]),
  recurrent("lstm", 5000, 64, 128, 32),
  recurrent("lstm", 10_000, 128, 64, 4),
  recurrent("gru", 20_000, 128, 128, 32),
];

/** The same training in another dtype. */
export function withDType({ sizes, activation, batch }: Training, dtype: DType): Training {
  return training(sizes, activation, batch, dtype);
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
  sizes: readonly [number, number, number],
  activation: "relu" | "sigmoid",
  batch: number,
  dtype: DType,
): Training {
  const name = `mlp ${sizes.join("-")} ${activation} b${batch}${dtype === "float64" ? " f64" : ""}`;
  const [learningRate, gain] = activation === "relu" ? [0.1, 2] : [3, 1];
  return { kind: "mlp", name, sizes, activation, batch, dtype, learningRate, gain };
}

function convolutional(batch: number): Convolutional {
  return { kind: "cnn", name: `cnn 2conv b${batch}`, batch, dtype: "float32", learningRate: 0.05 };
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
