/** The library as a program of the benchmark: `ours.ts THREADS`. */
import {
  backendInfo,
  Conv2d,
  CrossEntropyLoss,
  DataLoader,
  type Dataset,
  evaluate,
  Flatten,
  Linear,
  type Loss,
  loadMnist,
  MaxPool2d,
  type Module,
  QuadraticLoss,
  RandomState,
  ReLU,
  Reshape,
  Sequential,
  SGD,
  Sigmoid,
  setThreads,
  Tensor,
  take,
} from "scratch-nn";
import { threadsReady } from "../../lib/dist/kernels/threads";
import { matmulInto } from "../../lib/dist/tensor/matmul";
import { reuse } from "../../lib/dist/tensor/reuse";
import { widenVectors } from "../../lib/dist/workers/widenVectors";
import { batches } from "./batches";
import { BATCHES, DATA_SEED, digest, WEIGHT_SEED, type Work } from "./protocol";
import { recurrentNetwork } from "./recurrentNetwork";
import { serve } from "./serve";
import {
  type Convolutional,
  EVALUATED,
  NORMAL_SAMPLES,
  type Perceptron,
  type Product,
  type Workload,
} from "./workloads";

function setUp(workload: Workload): Work {
  if (workload.kind === "recurrent") return recurrentNetwork(workload);
  if (workload.kind === "matmul") return product(workload);
  const network = workload.kind === "mlp" ? perceptron(workload) : convolutional(workload);
  if (workload.task === "evaluate") return evaluation(workload, network);
  return workload.task === "predict" ? prediction(workload, network) : training(workload, network);
}

interface Network {
  readonly model: Sequential;
  readonly loss: Loss;
}

function perceptron({ sizes, activation, dtype }: Perceptron): Network {
  const isRelu = activation === "relu";
  const init = isRelu ? "kaimingNormal" : "lecunNormal";
  const options = { random: new RandomState(WEIGHT_SEED), dtype, init } as const;
  const layers = sizes
    .slice(1)
    .flatMap((units, i) => [new Linear(sizes[i]!, units, options), isRelu ? new ReLU() : new Sigmoid()]);
  const model = new Sequential(isRelu ? layers.slice(0, -1) : layers);
  return { model, loss: isRelu ? new CrossEntropyLoss() : new QuadraticLoss() };
}

function convolutional({ data }: Convolutional): Network {
  const options = { random: new RandomState(WEIGHT_SEED) };
  const block = (channels: number, out: number, size: number, padding: number): Module[] => [
    new Conv2d(channels, out, size, { ...options, padding }),
    new ReLU(),
    new MaxPool2d(2),
  ];
  const layers =
    data === "mnist"
      ? [new Reshape([28, 28, 1]), ...block(1, 32, 5, 0), ...block(32, 64, 5, 0)]
      : [new Reshape([32, 32, 3]), ...block(3, 32, 3, 1), ...block(32, 64, 3, 1), ...block(64, 128, 3, 1)];
  const [features, units] = data === "mnist" ? [1024, 1000] : [2048, 128];
  const dense = [new Linear(features, units, options), new ReLU(), new Linear(units, 10, options)];
  return { model: new Sequential([...layers, new Flatten(), ...dense]), loss: new CrossEntropyLoss() };
}

function training(workload: Perceptron | Convolutional, { model, loss }: Network): Work {
  const sgd = new SGD(model.parameters(), { learningRate: workload.learningRate });
  const loader = loaderOf(workload);
  const picks = batches(loader.dataset.count, workload.batch);
  const forward = (i: number): number => {
    const { x, labels } = loader.pick(picks[i % picks.length]!);
    return loss.forward(model.forward(x), labels);
  };
  return {
    step: (i) =>
      reuse(() => {
        sgd.zeroGrad();
        forward(i);
        model.backwardParameters(loss.backward());
        sgd.step();
      }),
    value: () => forward(0),
  };
}

/** The loss and the accuracy on the first 10,000 samples. */
function evaluation(workload: Perceptron, { model, loss }: Network): Work {
  const { dataset, dtype } = loaderOf(workload);
  const loader = new DataLoader(take(dataset, EVALUATED), {
    batchSize: workload.batch,
    dtype,
    ...standard(workload),
  });
  return { step: () => evaluate(model, loss, loader), value: () => evaluate(model, loss, loader).loss };
}

/** The answer to one sample after the other. */
function prediction(workload: Perceptron, { model, loss }: Network): Work {
  const loader = loaderOf(workload);
  const samples = Array.from({ length: BATCHES }, (_, i) => loader.pick([i]).x.clone());
  model.eval();
  return {
    step: (i) => model.forward(samples[i % BATCHES]!),
    value: () => loss.forward(model.forward(samples[0]!), [loader.dataset.labels[0]!]),
  };
}

const datasets = new Map<string, Dataset>();

function loaderOf(workload: Perceptron | Convolutional): DataLoader {
  const { kind, data, batch, dtype } = workload;
  const key = data === "normal" ? `${kind} ${data}` : "mnist";
  const dataset = datasets.get(key) ?? (data === "normal" ? normalNumbers(kind) : loadMnist().train);
  datasets.set(key, dataset);
  return new DataLoader(dataset, { batchSize: batch, dtype, ...standard(workload) });
}

/** Standardised pixels, by the mean and the deviation of the training data. */
function standard({ data }: Perceptron | Convolutional): { normalize?: (byte: number) => number } {
  return data === "standardised" ? { normalize: (byte) => (byte / 255 - 0.1307) / 0.3081 } : {};
}

function normalNumbers(kind: "mlp" | "cnn"): Dataset {
  const random = new RandomState(DATA_SEED);
  const count = NORMAL_SAMPLES[kind];
  const size = kind === "mlp" ? 784 : 32 * 32 * 3;
  const inputs = random.fillNormal(new Float32Array(count * size), 0, 1);
  const labels = Uint8Array.from(random.randint(0, 10, count));
  return { name: "normal", count, sampleShape: [size], classes: 10, inputs, labels };
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
  await widenVectors(console.error);
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
