import {
  CrossEntropyLoss,
  DataLoader,
  Linear,
  type Module,
  RandomState,
  ReLU,
  Sigmoid,
  Softmax,
  type Tensor,
} from "scratch-nn";
import { expect, test } from "vitest";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

/** More values than any threshold, in rows and columns that no number of threads divides. */
const ROWS = 1003;
const COLUMNS = 131;

const x = randomTensor([ROWS, COLUMNS], { seed: 1 });
const dy = randomTensor([ROWS, COLUMNS], { seed: 2 });

/** What a piece of work gives on one thread, and that it gives the same on two and three. */
async function expectSameOnThreads(work: () => readonly Tensor[]): Promise<void> {
  const alone = await withThreads(1, work);
  for (const count of [2, 3]) {
    const results = await withThreads(count, work);
    expect(results).toHaveLength(alone.length);
    results.forEach((tensor, i) => {
      expectSameBits(tensor.data, alone[i]!.data, `result ${i} on ${count} threads`);
    });
  }
}

const layers: Record<string, () => Module> = {
  ReLU: () => new ReLU(),
  Sigmoid: () => new Sigmoid(),
  Softmax: () => new Softmax(),
  Linear: () => new Linear(COLUMNS, COLUMNS, { random: new RandomState(3) }),
};

test.each(Object.keys(layers))("%s gives the same bits on any number of threads", async (name) => {
  await expectSameOnThreads(() => {
    const layer = layers[name]!();
    const y = layer.forward(x).clone();
    const dx = layer.backward(dy).clone();
    return [y, dx, ...layer.parameters().map(({ grad }) => grad)];
  });
});

test("so does the cross-entropy", async () => {
  const labels = Int32Array.from({ length: ROWS }, (_, i) => (i * 7) % COLUMNS);
  await expectSameOnThreads(() => {
    const loss = new CrossEntropyLoss();
    loss.forward(x, labels);
    return [loss.backward()];
  });
});

const values = Array.from({ length: ROWS * COLUMNS }, (_, i) => (i * i) % 251);

test.each([Uint8Array.from(values), Float32Array.from(values)])(
  "so does a batch of a dataset",
  async (inputs) => {
    const labels = new Uint8Array(ROWS);
    const dataset = { name: "grid", count: ROWS, sampleShape: [COLUMNS], classes: 1, inputs, labels };
    await expectSameOnThreads(() => {
      const loader = new DataLoader(dataset, { batchSize: ROWS, shuffle: new RandomState(4) });
      return [...loader].map((batch) => batch.x.clone());
    });
  },
);
