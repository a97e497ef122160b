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
} from "scratch-nn";
import { reuse, reused } from "../../lib/dist/tensor/reuse";
import type { Options } from "./options";

const STEPS = 100_000;
/** By this step every buffer has been made. */
const START = 1000;
/** How much the resident memory may differ: the heap of the engine breathes. */
const LEEWAY = 32 * 2 ** 20;

interface Reading {
  readonly step: number;
  readonly kernels: number;
  readonly resident: number;
}

/**
 * Takes 100,000 training steps of a small network, the short batches at the ends of the epochs included, and prints the
 * kernels' memory and the process's at the start, in the middle and at the end. Returns whether they stayed flat.
 */
export function checkMemory({ threads, json }: Pick<Options, "threads" | "json">): boolean {
  setThreads(threads);
  const readings: Reading[] = [];
  const marks = [START, STEPS / 2, STEPS];
  const steps = training();
  for (let step = 1; step <= STEPS; step++) {
    steps.next();
    if (!marks.includes(step)) continue;
    const reading = { step, kernels: memoryBytes(), resident: process.memoryUsage.rss() };
    readings.push(reading);
    print(reading, json);
  }
  const [first, last] = [readings[0]!, readings.at(-1)!];
  const isFlat = last.kernels === first.kernels && last.resident - first.resident < LEEWAY;
  console.log(
    json ? JSON.stringify({ steps: STEPS, flat: isFlat }) : `memory ${isFlat ? "is flat" : "grows"}`,
  );
  return isFlat;
}

/** A training without an end; each `next` takes a step. */
function* training(): Generator<void, never> {
  const random = new RandomState(1);
  const model = new Sequential([new Linear(784, 16, { random }), new ReLU(), new Linear(16, 10, { random })]);
  const loss = new CrossEntropyLoss();
  const sgd = new SGD(model.parameters(), { learningRate: 0.05, momentum: 0.9 });
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

function print({ step, kernels, resident }: Reading, json: boolean): void {
  if (json) {
    console.log(JSON.stringify({ step, memory_bytes: kernels, rss_bytes: resident }));
    return;
  }
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1).padStart(7);
  console.log(
    `step ${String(step).padStart(6)}   kernels' memory ${mebibytes(kernels)} MiB   resident ${mebibytes(resident)} MiB`,
  );
}
