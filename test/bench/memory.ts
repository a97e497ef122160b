import {
  CrossEntropyLoss,
  DataLoader,
  Linear,
  loadMnist,
  memoryBytes,
  RandomState,
  ReLU,
  Sequential,
  SGD,
  setThreads,
  Tensor,
} from "scratch-nn";
import { reuse, reused } from "../../lib/dist/tensor/reuse";
import type { Options } from "./options";

const STEPS = 100_000;
const WIDTHS = 500;
/** By this step every buffer has been made. */
const START = 1000;
/** How much the resident memory may differ: the heap of the engine breathes. */
const LEEWAY = 32 * 2 ** 20;
/** What the process may take where every step makes new tensors, which the collector has to find. */
const MOST = 2 ** 30;

interface Reading {
  readonly step: number;
  readonly kernels: number;
  readonly resident: number;
}

/** A loop that never awaits; each `next` takes a step. */
interface Loop {
  readonly name: string;
  readonly steps: number;
  readonly start: () => Iterator<void, never>;
  readonly isGood: (first: Reading, last: Reading, mostResident: number) => boolean;
}

const isFlat = (first: Reading, last: Reading): boolean =>
  last.kernels === first.kernels && last.resident - first.resident < LEEWAY;
const isBounded = (_first: Reading, _last: Reading, mostResident: number): boolean => mostResident < MOST;

const LOOPS: readonly Loop[] = [
  { name: "a training's own steps", steps: STEPS, start: training, isGood: isFlat },
  { name: "steps as NumPy's users write them", steps: STEPS, start: products, isGood: isBounded },
  { name: "networks of ever other widths", steps: WIDTHS, start: widths, isGood: isBounded },
];

/**
 * Takes 100,000 training steps of a small network in buffers that are made once, the short batches at the ends of the
 * epochs included; as many in which every operation makes a tensor; and one of each of 500 networks. Prints the
 * kernels' memory and the process's on the way. Returns whether the first stayed flat and the others below 1 GiB.
 */
export function checkMemory({ threads, json }: Pick<Options, "threads" | "json">): boolean {
  setThreads(threads);
  return LOOPS.map((loop) => run(loop, json)).every(Boolean);
}

function run({ name, steps, start, isGood }: Loop, json: boolean): boolean {
  const marks = [Math.min(START, steps / 10), steps / 2, steps];
  const readings: Reading[] = [];
  const loop = start();
  let most = 0;
  if (!json) console.log(name);
  for (let step = 1; step <= steps; step++) {
    loop.next();
    const resident = process.memoryUsage.rss();
    most = Math.max(most, resident);
    if (!marks.includes(step)) continue;
    const reading = { step, kernels: memoryBytes(), resident };
    readings.push(reading);
    print(reading, json);
  }
  const good = isGood(readings[0]!, readings.at(-1)!, most);
  console.log(
    json
      ? JSON.stringify({ loop: name, steps, most_rss_bytes: most, good })
      : `at most ${mebibytes(most)} MiB resident: ${good ? "good" : "too much"}`,
  );
  return good;
}

const LEARNING_RATE = 0.05;

function* training(): Generator<void, never> {
  const random = new RandomState(1);
  const model = new Sequential([new Linear(784, 16, { random }), new ReLU(), new Linear(16, 10, { random })]);
  const loss = new CrossEntropyLoss();
  const sgd = new SGD(model.parameters(), { learningRate: LEARNING_RATE, momentum: 0.9 });
  const loader = new DataLoader(loadMnist().train, { batchSize: 32, shuffle: random });
  for (;;) {
    for (const { x, labels } of reused(loader)) {
      reuse(() => {
        sgd.zeroGrad();
        loss.forward(model.forward(x), labels);
        model.backwardParameters(loss.backward());
        sgd.step();
      });
      yield;
    }
  }
}

function* products(): Generator<void, never> {
  const random = new RandomState(1);
  const [x, target] = [Tensor.randn([32, 784], random), Tensor.randn([32, 10], random)];
  let w1 = Tensor.randn([784, 64], random).multiply(0.05);
  let w2 = Tensor.randn([64, 10], random).multiply(0.05);
  for (;;) {
    const hidden = x.matmul(w1).map((value) => Math.max(0, value));
    const dy = hidden.matmul(w2).subtract(target).divide(32);
    const dHidden = dy.matmul(w2, { transposeB: true }).multiply(hidden.map((value) => (value > 0 ? 1 : 0)));
    w2 = w2.subtract(hidden.matmul(dy, { transposeA: true }).multiply(LEARNING_RATE));
    w1 = w1.subtract(x.matmul(dHidden, { transposeA: true }).multiply(LEARNING_RATE));
    yield;
  }
}

function* widths(): Generator<void, never> {
  const random = new RandomState(1);
  const loader = new DataLoader(loadMnist().train, { batchSize: 64 });
  const loss = new CrossEntropyLoss();
  for (let width = 8; ; width += 8) {
    const model = new Sequential([
      new Linear(784, width, { random }),
      new ReLU(),
      new Linear(width, 10, { random }),
    ]);
    const sgd = new SGD(model.parameters(), { learningRate: LEARNING_RATE, momentum: 0.9 });
    for (const { x, labels } of loader) {
      loss.forward(model.forward(x), labels);
      model.backward(loss.backward());
      sgd.step();
      break;
    }
    yield;
  }
}

function print({ step, kernels, resident }: Reading, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ step, memory_bytes: kernels, rss_bytes: resident }));
    return;
  }
  console.log(
    `step ${String(step).padStart(6)}   kernels' memory ${mebibytes(kernels)} MiB   resident ${mebibytes(resident)} MiB`,
  );
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1).padStart(7);
}
