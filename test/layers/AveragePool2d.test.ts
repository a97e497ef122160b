import {
  ArgumentError,
  AveragePool2d,
  Flatten,
  GlobalAveragePool2d,
  MaxPool2d,
  type Module,
  Sequential,
  type Shape,
  ShapeError,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { checkGradients } from "../helpers/checkGradients";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

describe.each([1, 3, 17, 65])("%i channels", (channels) => {
  test.each<[string, Module]>([
    ["windows side by side", new AveragePool2d(2)],
    ["windows that overlap", new AveragePool2d(3, { stride: 1 })],
    ["windows with gaps between them", new AveragePool2d(1, { stride: 3 })],
    ["the whole image", new GlobalAveragePool2d()],
  ])("%s agree with central differences", (_, layer) => {
    const x = randomTensor([2, 5, 4, channels], { dtype: "float64" });
    checkGradients(new Sequential([layer, new Flatten()]), x);
  });
});

test("the mean of alike values is theirs, and each gets its share of dy", () => {
  const pool = new AveragePool2d(2);
  const x = Tensor.full([1, 5, 4, 3], 7);
  expect([...pool.forward(x).data]).toEqual(Array(12).fill(7));
  const dx = pool.backward(Tensor.ones([1, 2, 2, 3]));
  expect(dx.sum().item()).toBe(12);
  expect(dx.at(0, 4, 0, 0)).toBe(0);
  const all = new GlobalAveragePool2d();
  expect(all.forward(x).shape).toEqual([1, 3]);
  expect(all.backward(Tensor.ones([1, 3])).data.every((value) => value === Math.fround(1 / 20))).toBe(true);
});

test.each(["float32", "float64"] as const)(
  "the bits are the same on 1, 2 and 3 threads, in %s",
  async (dtype) => {
    const x = randomTensor([31, 13, 12, 33], { dtype });
    const compute = (): ArrayBufferView[] =>
      [new AveragePool2d(3, { stride: 2 }), new GlobalAveragePool2d()].flatMap((layer) => {
        const y = layer.forward(x);
        return [y.data.slice(), layer.backward(y).data.slice()];
      });
    const alone = await withThreads(1, compute);
    for (const count of [2, 3]) {
      const together = await withThreads(count, compute);
      together.forEach((array, i) => {
        expectSameBits(array, alone[i]!);
      });
    }
  },
);

test("refuse what does not fit", () => {
  const refused = (layer: Module, shape: Shape, message: string): void => {
    const where = `${layer.constructor.name}.forward`;
    expect(() => layer.forward(Tensor.zeros(shape))).toThrow(new ShapeError(where, message));
  };
  refused(new AveragePool2d(2), [2, 4], "x must be [N, H, W, C], got [2, 4]");
  refused(new AveragePool2d(2), [1, 1, 4, 3], "x must be at least 2 × 2 pixels, got [1, 1, 4, 3]");
  refused(new GlobalAveragePool2d(), [2, 4], "x must be [N, H, W, C], got [2, 4]");
  refused(new GlobalAveragePool2d(), [2, 0, 4, 1], "x must be [N, H, W, C], got [2, 0, 4, 1]");
  expect(() => new AveragePool2d(0)).toThrow(
    new ArgumentError("AveragePool2d", "size must be a whole number > 0, got 0"),
  );
  const settings = new AveragePool2d(3, { stride: 2 }).namedSettings();
  expect(Object.fromEntries(settings)).toEqual({ size: 3, stride: 2 });
  expect(new AveragePool2d(2).outputShape([5, 7, 6, 4])).toEqual(new MaxPool2d(2).outputShape([5, 7, 6, 4]));
});
