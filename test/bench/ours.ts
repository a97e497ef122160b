/** The library as a program of the benchmark: `ours.ts THREADS`. */
import {
  backendInfo,
  CrossEntropyLoss,
  DataLoader,
  Linear,
  loadMnist,
  QuadraticLoss,
  RandomState,
  ReLU,
  Sequential,
  SGD,
  Sigmoid,
  setThreads,
  Tensor,
} from "scratch-nn";
import { threadsReady } from "scratch-nn/dist/kernels/threads";
import { matmulInto } from "scratch-nn/dist/tensor/matmul";
import { batches } from "./batches";
import { digest, WEIGHT_SEED, type Work } from "./protocol";
import { serve } from "./serve";
import type { Product, Training, Workload } from "./workloads";

let mnist: ReturnType<typeof loadMnist> | undefined;

function setUp(workload: Workload): Work {
  return workload.kind === "mlp" ? training(workload) : product(workload);
}

function training({ sizes, activation, batch, dtype, learningRate }: Training): Work {
  mnist ??= loadMnist();
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
  const loss = isRelu ? new CrossEntropyLoss() : new QuadraticLoss();
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
