import { DataLoader } from "../datasets/DataLoader";
import type { Dataset } from "../datasets/Dataset";
import { digest } from "../datasets/digest";
import type { DType } from "../kernels/Kernels";
import { AveragePool2d } from "../layers/AveragePool2d";
import { BatchNorm1d } from "../layers/BatchNorm1d";
import { Conv2d } from "../layers/Conv2d";
import { Dropout } from "../layers/Dropout";
import { Embedding } from "../layers/Embedding";
import { Flatten } from "../layers/Flatten";
import { GELU } from "../layers/GELU";
import { GRU } from "../layers/GRU";
import { LeakyReLU } from "../layers/LeakyReLU";
import { Linear } from "../layers/Linear";
import { LSTM } from "../layers/LSTM";
import { MaxOverTime } from "../layers/MaxOverTime";
import { MaxPool2d } from "../layers/MaxPool2d";
import type { Module } from "../layers/Module";
import { ReLU } from "../layers/ReLU";
import { Reshape } from "../layers/Reshape";
import { Residual } from "../layers/Residual";
import { Sequential } from "../layers/Sequential";
import { Sigmoid } from "../layers/Sigmoid";
import { Softmax } from "../layers/Softmax";
import { Tanh } from "../layers/Tanh";
import { BinaryCrossEntropyLoss } from "../losses/BinaryCrossEntropyLoss";
import { CrossEntropyLoss } from "../losses/CrossEntropyLoss";
import type { Loss, Targets } from "../losses/Loss";
import { QuadraticLoss } from "../losses/QuadraticLoss";
import { Adam } from "../optim/Adam";
import { clipGradNorm } from "../optim/clipGradNorm";
import type { Optimizer } from "../optim/Optimizer";
import { RMSprop } from "../optim/RMSprop";
import { SGD } from "../optim/SGD";
import { WeightAverage } from "../optim/WeightAverage";
import { RandomState } from "../tensor/RandomState";
import { Tensor } from "../tensor/Tensor";
import { skipGram } from "../words/skipGram";

/** More than the rows that the products take otherwise, and a batch that is not full. */
const [COUNT, BATCH] = [53, 37];
const [PIXELS, WORDS, LENGTH] = [144, 50, 11];

/**
 * 16 hexadecimal digits that stand for the bits of small trainings through every kernel, in float32 and float64: where
 * they are the same, so is all that this library computes. They do not depend on the number of threads, the width of the
 * vectors or the version of Node.js; they do on whether a multiply-add is rounded once or twice (`backendInfo().simd`),
 * and on a native BLAS. Takes some milliseconds.
 */
export async function numericsDigest(): Promise<string> {
  const digests = (["float32", "float64"] as const).flatMap((dtype) => [
    dense(dtype),
    withoutZeros(dtype),
    convolutional(dtype),
    others(dtype),
    recurrent(dtype),
    recurrent(dtype, "before"),
    recurrent(dtype, "after"),
    recurrent(dtype, undefined, "hardSigmoid"),
    recurrent(dtype, "before", "hardSigmoid"),
  ]);
  digests.push(await vectors());
  return digest(new TextEncoder().encode(digests.join()));
}

function dense(dtype: DType): string {
  const random = new RandomState(1);
  const options = { random, dtype };
  const model = new Sequential([
    ...[new Linear(PIXELS, 200, options), new ReLU()],
    ...[new Linear(200, 96, options), new Tanh(), new Dropout(0.25, { random })],
    new Linear(96, 10, options),
  ]);
  const inputs = Uint8Array.from(random.rand(COUNT * PIXELS), (u) => (u < 0.8 ? 0 : u * 255));
  const loss = new CrossEntropyLoss();
  const [plain, decaying, moving] = [{}, { weightDecay: 1e-3 }, { momentum: 0.9 }].map(
    (more) => new SGD(model.parameters(), { learningRate: 0.1, ...more }),
  );
  return [
    trained(model, loss, plain, inputs, dtype, 10),
    trained(model, loss, decaying, inputs, dtype, 10),
    trained(model, loss, moving, inputs, dtype, 10, (labels) => oneHot(labels, dtype)),
  ].join();
}

function withoutZeros(dtype: DType): string {
  const random = new RandomState(2);
  const options = { random, dtype };
  const layers = [new Linear(PIXELS, 70, options), new Sigmoid(), new Linear(70, 10, options), new Softmax()];
  const model = new Sequential(layers);
  const inputs = random.fillNormal(new Float32Array(COUNT * PIXELS), 0, 1);
  const rmsprop = new RMSprop(model.parameters(), { momentum: 0.5, centered: true });
  return [new Adam(model.parameters()), rmsprop]
    .map((optimizer) => trained(model, new QuadraticLoss(), optimizer, inputs, dtype, 10))
    .join();
}

function convolutional(dtype: DType): string {
  const random = new RandomState(3);
  const options = { random, dtype };
  const model = new Sequential([
    ...[
      new Reshape([12, 12, 1]),
      new Conv2d(1, 8, 5, { ...options, padding: 2 }),
      new ReLU(),
      new MaxPool2d(2),
    ],
    ...[
      new Conv2d(8, 9, 3, { ...options, stride: 2 }),
      new Tanh(),
      new ReLU(),
      new MaxPool2d(2, { stride: 1 }),
    ],
    ...[new Flatten(), new Linear(9, 10, options)],
  ]);
  const inputs = Uint8Array.from(random.rand(COUNT * PIXELS), (u) => (u < 0.8 ? 0 : u * 255));
  const adamW = new Adam(model.parameters(), { weightDecay: 0.01 });
  return trained(model, new CrossEntropyLoss(), adamW, inputs, dtype, 10);
}

/** The layers that no other network here has. */
function others(dtype: DType): string {
  const options = { random: new RandomState(6), dtype };
  const model = new Sequential([
    ...[
      new Linear(PIXELS, 20, options),
      new BatchNorm1d(20, { dtype }),
      new LeakyReLU(),
      new Reshape([4, 5, 1]),
      new AveragePool2d(2),
      new Flatten(),
      new Linear(4, 20, options),
    ],
    ...[
      new GELU(),
      new Residual(new Linear(20, 20, options)),
      new GELU({ approximate: "tanh" }),
      new Linear(20, 10, options),
    ],
  ]);
  const inputs = options.random.fillNormal(new Float32Array(COUNT * PIXELS), 0, 1);
  const average = new WeightAverage(new Adam(model.parameters()), { decay: 0.5 });
  const weights = trained(model, new CrossEntropyLoss(), average, inputs, dtype, 10);
  const averages = (average.memory.get("average") ?? []).map(({ data }) => digest(data));
  return [weights, ...averages, ...augmented(inputs, dtype)].join();
}

/** The batches of images that are moved about. */
function augmented(inputs: Float32Array, dtype: DType): string[] {
  const labels = new Uint8Array(COUNT);
  const dataset = { name: "noise", count: COUNT, sampleShape: [12, 12], classes: 1, inputs, labels };
  const augment = {
    rotate: 20,
    scale: 0.2,
    shift: 1.5,
    crop: 1,
    flip: true,
    elastic: { alpha: 5, sigma: 2 },
  };
  const loader = new DataLoader(dataset, { batchSize: BATCH, shuffle: new RandomState(7), dtype, augment });
  return Array.from(loader, ({ x }) => digest(x.data));
}

/** An LSTM whose states are pooled, or a GRU of either kind. */
function recurrent(
  dtype: DType,
  reset?: "before" | "after",
  recurrentActivation: "sigmoid" | "hardSigmoid" = "sigmoid",
): string {
  const random = new RandomState(4);
  const options = { random, dtype };
  const model = new Sequential([
    ...[new Embedding(WORDS, 12, { ...options, maskZero: reset !== "after" }), new Dropout(0.2, { random })],
    ...(reset
      ? [new GRU(12, 9, { ...options, reset, recurrentActivation })]
      : [new LSTM(12, 9, { ...options, returnSequences: true, recurrentActivation })]),
    ...(reset ? [] : [new MaxOverTime()]),
    new Linear(9, 1, options),
  ]);
  const tokens = Uint16Array.from(random.randint(0, WORDS, COUNT * LENGTH));
  for (let i = 0; i < COUNT; i++) tokens.fill(0, i * LENGTH, i * LENGTH + (i % 5));
  const parameters = model.parameters();
  const optimizer = reset === "before" ? new SGD(parameters, { learningRate: 0.1 }) : new Adam(parameters);
  return trained(model, new BinaryCrossEntropyLoss(), optimizer, tokens, dtype, 2);
}

async function vectors(): Promise<string> {
  const random = new RandomState(5);
  const tokens = Int32Array.from(random.randint(4, WORDS, COUNT * LENGTH));
  const starts = Int32Array.from({ length: COUNT + 1 }, (_, i) => i * LENGTH);
  const reviews = { name: "noise", count: COUNT, tokens, starts, labels: new Uint8Array(COUNT) };
  const options = { dictSize: WORDS, random, dimension: 10, epochs: 1, subsample: 0.01 };
  return digest((await skipGram(reviews, options)).vectors.data);
}

function oneHot(labels: ArrayLike<number>, dtype: DType): Tensor {
  const targets = Tensor.zeros([labels.length, 10], dtype);
  for (let i = 0; i < labels.length; i++) targets.data[i * 10 + labels[i]] = 1;
  return targets;
}

/** The digests of the weights after an epoch; where the targets are a tensor, the gradients are clipped too. */
function trained(
  model: Module,
  loss: Loss,
  optimizer: Optimizer,
  inputs: Dataset["inputs"],
  dtype: DType,
  classes: number,
  toTargets: (labels: Int32Array) => Targets = (labels) => labels,
): string {
  const labels = Int32Array.from({ length: COUNT }, (_, i) => (i * 7) % classes);
  const sampleShape = [inputs.length / COUNT];
  const dataset = { name: "noise", count: COUNT, sampleShape, classes, inputs, labels };
  for (const { x, labels: some } of new DataLoader(dataset, { batchSize: BATCH, dtype })) {
    optimizer.zeroGrad();
    const targets = toTargets(some);
    loss.forward(model.forward(x), targets);
    model.backwardParameters(loss.backward());
    if (targets instanceof Tensor) clipGradNorm(optimizer.parameters, 1);
    optimizer.step();
  }
  return model
    .parameters()
    .map(({ value }) => digest(value.data))
    .join();
}
