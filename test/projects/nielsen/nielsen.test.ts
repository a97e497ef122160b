/* What notebooks/nielsen.ipynb relies on: sample by sample or in a batch, our steps are those of Nielsen's book. */
import {
  BinaryCrossEntropyLoss,
  DataLoader,
  type Dataset,
  fit as fitModel,
  Linear,
  type Loss,
  type Module,
  QuadraticLoss,
  RandomState,
  Sequential,
  SGD,
  Sigmoid,
  take,
} from "scratch-nn";
import { expect, test } from "vitest";
import { expectClose } from "../../helpers/expectClose";
import { readFixture } from "../../helpers/readFixture";

interface Run {
  readonly learningRate: number;
  readonly lambda: number;
  /** The parameters before the first step, after it, and after the last. */
  readonly states: Readonly<Record<"0" | "1" | "8", number[][]>>;
}

const fixture = readFixture<{
  sizes: [number, number, number];
  x: number[][];
  labels: number[];
  chapter1: Run;
  chapter3: Run;
}>("numpy-nielsen");

const { sizes, x, labels } = fixture;
const dataset: Dataset = {
  name: "numpy-nielsen",
  count: labels.length,
  sampleShape: [sizes[0]],
  classes: sizes[2],
  inputs: Float64Array.from(x.flat()),
  labels: Int32Array.from(labels),
};
const BATCH = 10;
const dtype = "float64";

const chapters: readonly [string, Run, () => Loss, readonly Module[]][] = [
  ["chapter 1", fixture.chapter1, () => new QuadraticLoss(), [new Sigmoid()]],
  ["chapter 3", fixture.chapter3, () => new BinaryCrossEntropyLoss(), []],
];

function build([weight1, bias1, weight2, bias2]: readonly number[][], output: readonly Module[]): Sequential {
  const options = { random: new RandomState(0), dtype } as const;
  const [hidden, last] = [
    new Linear(sizes[0], sizes[1], options),
    new Linear(sizes[1], sizes[2], options),
  ] as const;
  hidden.weight.value.data.set(weight1!);
  hidden.bias.value.data.set(bias1!);
  last.weight.value.data.set(weight2!);
  last.bias.value.data.set(bias2!);
  return new Sequential([hidden, new Sigmoid(), last, ...output]);
}

function values(model: Module): number[] {
  return model.parameters().flatMap(({ value }) => [...value.data]);
}

/** Takes a step for every mini-batch of batches of one: their gradients add up in the meantime. */
class EveryBatch extends SGD {
  private samples = 0;

  override step(): void {
    this.samples = (this.samples + 1) % BATCH;
    if (this.samples === 0) super.step();
  }

  override zeroGrad(): void {
    if (this.samples === 0) super.zeroGrad();
  }
}

test.each(chapters)("two epochs of %s equal NumPy's, in batches", async (_, run, loss, output) => {
  const { learningRate, lambda, states } = run;
  const model = build(states[0], output);
  const seen: number[][] = [];
  await fitModel(model, {
    loss: loss(),
    optimizer: new SGD(model.parameters(), { learningRate, weightDecay: lambda / dataset.count }),
    train: new DataLoader(dataset, { batchSize: BATCH, dtype }),
    epochs: 2,
    onStep: () => seen.push(values(model)),
  });
  expect(seen).toHaveLength(8);
  expectClose(seen[0]!, states[1].flat(), 1e-12);
  expectClose(seen[7]!, states[8].flat(), 1e-12);
});

test.each(chapters)("two epochs of %s equal NumPy's, sample by sample", async (_, run, loss, output) => {
  const { learningRate, lambda, states } = run;
  const model = build(states[0], output);
  // The sum of the samples' gradients is BATCH times their mean.
  const options = {
    learningRate: learningRate / BATCH,
    weightDecay: (BATCH * lambda) / dataset.count,
  };
  const optimizer = new EveryBatch(model.parameters(), options);
  const train = new DataLoader(dataset, { batchSize: 1, dtype });
  await fitModel(model, { loss: loss(), optimizer, train, epochs: 2 });
  expect(optimizer.stepCount).toBe(8);
  expectClose(values(model), states[8].flat(), 1e-12);
});

test.each(chapters)("%s: the mean of the samples' gradients is the batch's", (_, run, loss, output) => {
  const gradients = (batchSize: number): number[] => {
    const model = build(run.states[0], output);
    const cost = loss();
    for (const { x, labels } of new DataLoader(take(dataset, BATCH), { batchSize, dtype })) {
      cost.forward(model.forward(x), labels);
      model.backward(cost.backward());
    }
    return model.parameters().flatMap(({ grad }) => Array.from(grad.data, (g) => (g * batchSize) / BATCH));
  };
  expectClose(gradients(1), gradients(BATCH), 1e-12);
  expect(Math.max(...gradients(1).map(Math.abs))).toBeGreaterThan(0.01);
});
