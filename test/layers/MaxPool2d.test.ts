import {
  ArgumentError,
  Conv2d,
  Flatten,
  MaxPool2d,
  RandomState,
  ReLU,
  Reshape,
  Sequential,
  ShapeError,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

describe.each(["float32", "float64"] as const)("MaxPool2d in %s", (dtype) => {
  test.each([1, 3, 17, 65])(
    "takes the largest of each window and hands dy back to it, %i channels",
    (channels) => {
      const x = randomTensor([3, 7, 6, channels], { dtype });
      const pool = new MaxPool2d(2);
      const y = pool.forward(x);
      const dy = randomTensor(y.shape, { dtype, seed: 2 });
      const dx = pool.backward(dy);
      const wanted = Tensor.zeros(x.shape, dtype);
      for (let n = 0; n < 3; n++)
        for (let i = 0; i < 3; i++)
          for (let j = 0; j < 3; j++)
            for (let c = 0; c < channels; c++) {
              const window = [0, 1, 2, 3].map((k) => [n, 2 * i + (k >> 1), 2 * j + (k & 1), c]);
              const values = window.map((place) => x.at(...place));
              const best = window[values.indexOf(Math.max(...values))]!;
              expect(y.at(n, i, j, c)).toBe(Math.max(...values));
              const cell = ((best[0]! * 7 + best[1]!) * 6 + best[2]!) * channels + c;
              wanted.data[cell] = dy.at(n, i, j, c);
            }
      expectSameBits(
        dx.data.map((value) => value + 0),
        wanted.data.map((value) => value + 0),
      );
    },
  );

  test("the first of equal values gets the gradient, windows that overlap add theirs", () => {
    for (const channels of [1, 5]) {
      const x = Tensor.ones([1, 3, 3, channels], dtype);
      const pool = new MaxPool2d(2, { stride: 1 });
      pool.forward(x);
      const dx = pool.backward(Tensor.ones([1, 2, 2, channels], dtype));
      expect([...dx.data]).toEqual(
        [1, 1, 0, 1, 1, 0, 0, 0, 0].flatMap((value) => Array(channels).fill(value)),
      );
      x.data.fill(0);
      x.data.fill(7, 4 * channels, 5 * channels);
      pool.forward(x);
      const middle = pool.backward(Tensor.ones([1, 2, 2, channels], dtype));
      expect([...middle.data]).toEqual(
        [0, 0, 0, 0, 4, 0, 0, 0, 0].flatMap((value) => Array(channels).fill(value)),
      );
    }
  });

  test("a NaN is the largest", () => {
    for (const channels of [1, 4]) {
      const x = Tensor.ones([1, 2, 2, channels], dtype);
      x.data.fill(Number.NaN, channels, 2 * channels);
      x.data.fill(9, 2 * channels, 3 * channels);
      expect([...new MaxPool2d(2).forward(x).data]).toEqual(Array(channels).fill(Number.NaN));
    }
  });

  test("has the same bits on any number of threads", async () => {
    const x = randomTensor([31, 13, 13, 33], { dtype });
    const compute = (): ArrayBufferView[] => {
      const pool = new MaxPool2d(3, { stride: 2 });
      const y = pool.forward(x);
      return [y.data.slice(), pool.backward(y).data.slice()];
    };
    const alone = await withThreads(1, compute);
    const together = await withThreads(3, compute);
    together.forEach((array, i) => {
      expectSameBits(array, alone[i]!);
    });
  });
});

test("MaxPool2d refuses what does not fit", () => {
  for (const [size, stride] of [
    [0, 1],
    [2, 0],
    [1.5, 1],
  ] as const) {
    expect(() => new MaxPool2d(size, { stride })).toThrow(
      /^MaxPool2d: (size|stride) must be a whole number > 0, got (0|1.5)$/,
    );
  }
  const pool = new MaxPool2d(2);
  expect(() => pool.backward(Tensor.zeros([1, 1, 1, 1]))).toThrow(
    new ArgumentError("MaxPool2d.backward", "forward must be called first"),
  );
  expect(() => pool.forward(Tensor.zeros([2, 4]))).toThrow(
    new ShapeError("MaxPool2d.forward", "x must be [N, H, W, C], got [2, 4]"),
  );
  expect(() => pool.forward(Tensor.zeros([1, 1, 4, 3]))).toThrow(
    new ShapeError("MaxPool2d.forward", "x must be at least 2 × 2 pixels, got [1, 1, 4, 3]"),
  );
  pool.forward(Tensor.zeros([1, 4, 4, 3]));
  expect(() => pool.backward(Tensor.zeros([1, 2, 1, 3]))).toThrow(
    new ShapeError("MaxPool2d.backward", "dy must be [1, 2, 2, 3], got [1, 2, 1, 3]"),
  );
  expect(() => pool.backward(Tensor.zeros([1, 2, 2, 3], "float64"))).toThrow(
    new ArgumentError("MaxPool2d.backward", "both must have the same dtype, got float32 and float64"),
  );
});

describe("Reshape and Flatten", () => {
  test("share the data, there and back, and make no new view of the same tensor", () => {
    const reshape = new Reshape([2, 3, 1]);
    const x = randomTensor([4, 6]);
    const images = reshape.forward(x);
    expect(images.shape).toEqual([4, 2, 3, 1]);
    expect(images.data).toBe(x.data);
    expect(reshape.forward(x)).toBe(images);
    const flatten = new Flatten();
    const rows = flatten.forward(images);
    expect(rows.shape).toEqual([4, 6]);
    expect(rows.data).toBe(x.data);
    expect(flatten.backward(x).shape).toEqual([4, 2, 3, 1]);
    expect(reshape.backward(flatten.backward(x)).shape).toEqual([4, 6]);
    expect(flatten.backward(x)).toBe(flatten.backward(x));
  });

  test("refuse what does not fit", () => {
    const reshape = new Reshape([28, 28, 1]);
    expect(() => reshape.backward(Tensor.zeros([1, 28, 28, 1]))).toThrow(
      new ArgumentError("Reshape.backward", "forward must be called first"),
    );
    expect(() => reshape.forward(Tensor.zeros([2, 783]))).toThrow(
      new ShapeError(
        "Reshape.forward",
        "x must be [N, …] with 784 values a sample, for [28, 28, 1], got [2, 783]",
      ),
    );
    reshape.forward(Tensor.zeros([2, 784]));
    expect(() => reshape.backward(Tensor.zeros([2, 784]))).toThrow(
      new ShapeError("Reshape.backward", "dy must be [2, 28, 28, 1], got [2, 784]"),
    );
    expect(() => new Flatten().forward(Tensor.zeros([]))).toThrow(
      new ShapeError("Flatten.forward", "x must be [N, …], got []"),
    );
  });
});

test("windows of one pixel behind a convolution and a ReLU keep the ReLU's gradient", () => {
  const layer = new Conv2d(2, 3, 2, { random: new RandomState(1) });
  const [plain, pooled] = [
    [layer, new ReLU()],
    [layer, new ReLU(), new MaxPool2d(1)],
  ].map((layers) => {
    layer.zeroGrad();
    const model = new Sequential(layers);
    const y = model.forward(randomTensor([2, 5, 4, 2]));
    const dx = model.backward(randomTensor(y.shape, { seed: 2 }));
    return [y, dx, layer.weight.grad, layer.bias.grad].map(({ data }) => data.slice());
  });
  plain!.forEach((values, i) => {
    expectSameBits(pooled![i]!, values);
  });
});
