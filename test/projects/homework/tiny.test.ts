/* What notebooks/tiny.ipynb relies on: with NumPy's stream, a training of the homework is a NumPy run's. */
import {
  DataLoader,
  type Dataset,
  fit as fitModel,
  Linear,
  loadMnist,
  QuadraticLoss,
  RandomState,
  Sequential,
  SGD,
  Sigmoid,
  Tensor,
} from "scratch-nn";
import { expect, test } from "vitest";
import { firstOfEachClass, makeToy, poolMnist } from "../../../lib/dist/projects/homework";
import { expectClose } from "../../helpers/expectClose";
import { readFixture } from "../../helpers/readFixture";

interface Run {
  readonly sizes: [number, number, number];
  readonly epochs: { testLoss: number; testCorrect: number }[];
  /** `weight1` has a row in every `inputs / 14` of the digits' first layer. */
  readonly parameters: Record<"weight1" | "bias1" | "weight2" | "bias2", number[]>;
}

const fixture = readFixture<{
  seed: number;
  learningRate: number;
  lambda: number;
  toyPoints: number[][][];
  toy: Run;
  digits: Run;
}>("numpy-tiny");

const dtype = "float64";

/** Draws as the homework's network does: all biases, then all weights, which it has as [out, in]. */
function draw(layers: readonly Linear[], random: RandomState): void {
  for (const { bias } of layers) random.fillNormal(bias.value.data, 0, 1);
  for (const { weight, inFeatures, outFeatures } of layers) {
    const drawn = Tensor.from(random.randn(outFeatures, inFeatures), [outFeatures, inFeatures], dtype);
    weight.value.data.set(drawn.transpose().data);
  }
}

async function expectSameTraining(run: Run, data: { train: Dataset; test: Dataset }): Promise<void> {
  const { seed, learningRate, lambda } = fixture;
  const [inputs, hidden, classes] = run.sizes;
  const random = new RandomState(seed);
  const [first, last] = [
    new Linear(inputs, hidden, { random: new RandomState(0), dtype }),
    new Linear(hidden, classes, { random: new RandomState(0), dtype }),
  ] as const;
  draw([first, last], random);
  const model = new Sequential([first, new Sigmoid(), last, new Sigmoid()]);
  const history = await fitModel(model, {
    loss: new QuadraticLoss(),
    optimizer: new SGD(model.parameters(), { learningRate, weightDecay: lambda / data.train.count }),
    train: new DataLoader(data.train, { batchSize: 1, shuffle: random, dtype }),
    validation: new DataLoader(data.test, { batchSize: 500, dtype }),
    epochs: run.epochs.length,
  });
  const { weight1, bias1, weight2, bias2 } = run.parameters;
  const every = Math.max(1, Math.floor(inputs / 14));
  const rows = Array.from(first.weight.value.data).filter((_, i) => Math.floor(i / hidden) % every === 0);
  expectClose(rows, weight1, 1e-12);
  expectClose(first.bias.value.data, bias1, 1e-12);
  expectClose(last.weight.value.data, weight2, 1e-12);
  expectClose(last.bias.value.data, bias2, 1e-12);
  expectClose(
    history.validationLoss,
    run.epochs.map(({ testLoss }) => testLoss),
    1e-12,
  );
  expect(history.validationAccuracy).toEqual(
    run.epochs.map(({ testCorrect }) => testCorrect / data.test.count),
  );
}

test("the toy set is NumPy's to the bit", () => {
  const { train, test: held } = makeToy(new RandomState(1));
  const points = [train, held].map(({ inputs }) =>
    Array.from({ length: 10 }, (_, i) => [...inputs.subarray(40 * i, 40 * i + 2)]),
  );
  expect(points).toEqual(fixture.toyPoints);
});

test("ten epochs on the toy set equal NumPy's", async () => {
  await expectSameTraining(fixture.toy, makeToy(new RandomState(1)));
});

test("two epochs on the small digits equal NumPy's", async () => {
  const { train, test: held } = loadMnist();
  await expectSameTraining(fixture.digits, {
    train: poolMnist(firstOfEachClass(train)),
    test: poolMnist(firstOfEachClass(held)),
  });
});
