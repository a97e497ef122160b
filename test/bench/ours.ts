/** The library as a program of the benchmark: `ours.ts THREADS`. */
import {
  backendInfo,
  Conv2d,
  CrossEntropyLoss,
  DataLoader,
  Flatten,
  Linear,
  type Loss,
  loadMnist,
  MaxPool2d,
  QuadraticLoss,
  RandomState,
  ReLU,
  Reshape,
  Sequential,
  SGD,
  Sigmoid,
  setThreads,
  Tensor,
} from "scratch-nn";
import { threadsReady } from "../../lib/dist/kernels/threads";
import { matmulInto } from "../../lib/dist/tensor/matmul";
import { batches } from "./batches";
import { digest, WEIGHT_SEED, type Work } from "./protocol";
import { recurrentNetwork } from "./recurrentNetwork";
import { serve } from "./serve";
import type { Convolutional, Product, Training, Workload } from "./workloads";

let mnist: ReturnType<typeof loadMnist> | undefined;

function setUp(workload: Workload): Work {
  if (workload.kind === "recurrent") return recurrentNetwork(workload);
  if (workload.kind === "matmul") return product(workload);
  return training(workload, workload.kind === "mlp" ? perceptron(workload) : convolutional());
}

interface Network {
  readonly model: Sequential;
  readonly loss: Loss;
}

function perceptron({ sizes, activation, dtype }: Training): Network {
  const random = new RandomState(WEIGHT_SEED);
  const [inputs, hidden, outputs] = sizes;
  const isRelu = activation === "relu";
  const options = { random, dtype, init: isRelu ? "kaimingNormal" : "lecunNormal" } as const;
  const model = new Sequential([
    new Linear(inputs, hidden, options),
    isRelu ? new ReLU() : new Sigmoid(),
    new Linear(hidden, outputs, options),
    ...(isRelu ? [] : [new Sigmoid()]),
  ]);
  return { model, loss: isRelu ? new CrossEntropyLoss() : new QuadraticLoss() };
}

function convolutional(): Network {
  const options = { random: new RandomState(WEIGHT_SEED) };
  const model = new Sequential([
    new Reshape([28, 28, 1]),
    new Conv2d(1, 32, 5, options),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(32, 64, 5, options),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(1024, 1000, options),
    new ReLU(),
    new Linear(1000, 10, options),
  ]);
  return { model, loss: new CrossEntropyLoss() };
}

function training({ batch, dtype, learningRate }: Training | Convolutional, { model, loss }: Network): Work {
  mnist ??= loadMnist();
  const sgd = new SGD(model.parameters(), { learningRate });
  const loader = new DataLoader(mnist.train, { batchSize: batch, dtype });
  const picks = batches(mnist.train.count, batch);
  const forward = (i: number): number => {
    const { x, labels } = loader.pick(picks[i % picks.length]!);
    return loss.forward(model.forward(x), labels);
  };
  return {
    step(i) {
      sgd.zeroGrad();
      forward(i);
      model.backwardParameters(loss.backward());
      sgd.step();
    },
    value: () => forward(0),
  };
}

function product({ m, k, n, transposeA, transposeB, dtype }: Product): Work {
  const random = new RandomState(WEIGHT_SEED);
  const a = Tensor.randn(transposeA ? [k, m] : [m, k], random, dtype);
  const b = Tensor.randn(transposeB ? [n, k] : [k, n], random, dtype);
  const c = Tensor.zeros([m, n], dtype);
  return {
    step: () => matmulInto(c, a, transposeA, b, transposeB, false),
    value: () => digest(c.data),
  };
}

/** Until the threads run, the work stays on this one; where they cannot start, it does for good. */
async function threadsStarted(count: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (threadsReady() < count - 1 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (threadsReady() < count - 1) throw new Error(`only ${threadsReady() + 1} of ${count} threads started`);
}

async function main(): Promise<void> {
  const threads = Number(process.argv[2]);
  setThreads(threads);
  backendInfo(); // says at once where it looked, if the backend is missing
  await threadsStarted(threads);
  await serve(setUp);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
