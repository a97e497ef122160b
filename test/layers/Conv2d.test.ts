import fc from "fast-check";
import {
  ArgumentError,
  Conv2d,
  type Conv2dOptions,
  CrossEntropyLoss,
  Flatten,
  Linear,
  MaxPool2d,
  RandomState,
  ReLU,
  Reshape,
  Sequential,
  ShapeError,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { checkGradients } from "../helpers/checkGradients";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

type Shape4 = [number, number, number, number];

function convolution(
  inputs: number,
  outputs: number,
  kernelSize: number | readonly [number, number],
  options: Partial<Conv2dOptions> = {},
): Conv2d {
  return new Conv2d(inputs, outputs, kernelSize, {
    random: new RandomState(2),
    biasInit: "standardNormal",
    ...options,
  });
}

/** The sum of the docstring, written as it stands there. */
function naive(x: Tensor, layer: Conv2d): number[] {
  const { stride, padding, inChannels, outChannels, kernelSize } = layer;
  const [kernelRows, kernelColumns] = layer.kernelSize;
  const [images, height, width] = x.shape as Shape4;
  const [, rows, columns] = layer.outputShape(x.shape) as Shape4;
  const image = [height, width];
  const [top, left] = [rows, columns].map((count, i) => {
    if (padding !== "same") return padding[i]!;
    return Math.max(0, Math.floor(((count - 1) * stride[i]! + kernelSize[i]! - image[i]!) / 2));
  }) as [number, number];
  const out: number[] = [];
  for (let n = 0; n < images; n++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        for (let o = 0; o < outChannels; o++) {
          let sum = layer.bias.value.data[o]!;
          for (let a = 0; a < kernelRows; a++)
            for (let b = 0; b < kernelColumns; b++) {
              const [h, w] = [i * stride[0] + a - top, j * stride[1] + b - left];
              if (h < 0 || h >= height || w < 0 || w >= width) continue;
              for (let c = 0; c < inChannels; c++)
                sum += x.at(n, h, w, c) * layer.weight.value.at(a, b, c, o);
            }
          out.push(sum);
        }
  return out;
}

describe.each(["float32", "float64"] as const)("Conv2d in %s", (dtype) => {
  const tolerance = dtype === "float32" ? 2e-5 : 1e-13;

  test.each([1, 3, 17, 65])("equals the sum of its formula, %i channels in and out", (channels) => {
    const layer = convolution(channels, channels, 3, { dtype });
    const x = randomTensor([2, 6, 5, channels], { dtype, density: 0.6 });
    expectClose(layer.forward(x).data, naive(x, layer), tolerance);
  });

  test("strides beyond the kernel, padding beyond the image, one row of pixels", () => {
    const cases: [Conv2d, Shape4][] = [
      [convolution(2, 3, 2, { dtype, stride: 4 }), [2, 9, 11, 2]],
      [convolution(1, 20, [1, 3], { dtype, padding: 4, stride: 3 }), [3, 2, 2, 1]],
      [convolution(3, 2, [1, 4], { dtype }), [1, 1, 9, 3]],
      [convolution(1, 1, 150, { dtype }), [1, 150, 301, 1]],
    ];
    for (const [layer, shape] of cases) {
      const x = randomTensor(shape, { dtype });
      expectClose(layer.forward(x).data, naive(x, layer), 10 * tolerance);
    }
  });

  test("the results and the gradients have the same bits on any number of threads", async () => {
    const layers = [convolution(1, 32, 5, { dtype }), convolution(32, 40, 3, { dtype, padding: 1 })];
    const inputs = [[25, 20, 20, 1] as const, [25, 9, 9, 32] as const];
    const compute = (): ArrayBufferView[] =>
      layers.flatMap((layer, i) => {
        const x = randomTensor(inputs[i]!, { dtype, density: 0.5 });
        const y = layer.forward(x);
        const dy = randomTensor(y.shape, { dtype, seed: 5, density: 0.25 });
        layer.zeroGrad();
        const dx = layer.backward(dy);
        return [y, dx, layer.weight.grad, layer.bias.grad].map(({ data }) => data.slice());
      });
    const alone = await withThreads(1, compute);
    for (const threads of [2, 3, 8]) {
      const together = await withThreads(threads, compute);
      together.forEach((array, i) => {
        expectSameBits(array, alone[i]!, `${i} on ${threads}`);
      });
    }
  });

  test("the gradients of two batches add up", () => {
    const layer = convolution(2, 3, 2, { dtype });
    const grads = (): number[] => layer.parameters().flatMap(({ grad }) => [...grad.data]);
    const step = (seed: number): void => {
      const y = layer.forward(randomTensor([3, 4, 4, 2], { dtype, seed }));
      layer.backwardParameters(randomTensor(y.shape, { dtype, seed: seed + 10 }));
    };
    const single = [1, 2].map((seed) => {
      layer.zeroGrad();
      step(seed);
      return grads();
    });
    layer.zeroGrad();
    step(1);
    step(2);
    expectClose(
      grads(),
      single[0]!.map((value, i) => value + single[1]![i]!),
      tolerance,
    );
  });

  test("a rectified result is the ReLU of the result", () => {
    const layer = convolution(3, 18, 3, { dtype });
    const x = randomTensor([2, 5, 6, 3], { dtype });
    const plain = layer.forward(x).data.map((value) => Math.max(0, value));
    expectSameBits(layer.forwardRectified(x).data, plain);
  });
});

test("of any geometry: the sum of the formula, and gradients that are the adjoint maps", () => {
  const length = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
  const geometry = fc.record({
    shape: fc.tuple(length(9), length(8), length(8), length(6)),
    outputs: length(20),
    kernel: fc.tuple(length(5), length(5)),
    stride: fc.oneof(length(4), fc.tuple(length(4), length(4))),
    padding: fc.oneof(fc.nat(4), fc.tuple(fc.nat(4), fc.nat(4)), fc.constant("same" as const)),
    seed: fc.nat(1000),
  });
  const dot = (a: Tensor, b: Tensor): number => a.multiply(b).sum().item();
  fc.assert(
    fc.property(geometry, ({ shape, outputs, kernel, stride, padding, seed }) => {
      const [top, left] = typeof padding === "number" ? [padding, padding] : padding;
      fc.pre(padding === "same" || (shape[1] + 2 * +top >= kernel[0] && shape[2] + 2 * +left >= kernel[1]));
      const dtype = "float64";
      const layer = convolution(shape[3], outputs, kernel, { dtype, stride, padding, biasInit: "zeros" });
      const x = randomTensor(shape, { dtype, seed, density: 0.6 });
      const y = layer.forward(x);
      expectClose(y.data, naive(x, layer), 1e-12);
      const dy = randomTensor(y.shape, { dtype, seed: seed + 1, density: 0.4 });
      const dx = layer.backward(dy);
      // y is linear in x and in W, so that ⟨y, dy⟩ = ⟨x, dx⟩ = ⟨W, dW⟩.
      const wanted = dot(y, dy);
      expectClose([dot(x, dx), dot(layer.weight.value, layer.weight.grad)], [wanted, wanted], 1e-11);
      expect(layer.bias.grad.sum().item()).toBeCloseTo(dy.sum().item(), 9);
    }),
  );
});

describe("the gradient of Conv2d agrees with central differences", () => {
  const dtype = "float64";
  test.each<[string, Conv2d, Shape4]>([
    ["one pixel", convolution(1, 1, 1, { dtype }), [1, 1, 1, 1]],
    ["one channel", convolution(1, 17, 3, { dtype }), [3, 5, 6, 1]],
    ["17 channels", convolution(17, 3, 2, { dtype }), [2, 4, 3, 17]],
    ["a stride", convolution(2, 3, [3, 2], { dtype, stride: 2 }), [2, 7, 6, 2]],
    ["a stride and padding", convolution(3, 4, [2, 5], { dtype, stride: 3, padding: 2 }), [2, 5, 7, 3]],
    ["other strides", convolution(3, 2, 3, { dtype, stride: [1, 2], padding: [0, 2] }), [2, 4, 5, 3]],
    ["as much padding", convolution(5, 3, [2, 4], { dtype, stride: [2, 1], padding: "same" }), [2, 3, 5, 5]],
    ["many images", convolution(1, 2, 2, { dtype }), [29, 3, 3, 1]],
  ])("%s", (_, layer, shape) => {
    checkGradients(new Sequential([layer, new Flatten()]), randomTensor(shape, { dtype }));
  });
});

test("the gradient of a convolutional network agrees with central differences", () => {
  const options = { random: new RandomState(4), dtype: "float64" } as const;
  const network = new Sequential([
    new Reshape([9, 8, 1]),
    new Conv2d(1, 6, [2, 3], options),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(6, 5, 3, { ...options, padding: 1 }),
    new MaxPool2d(3, { stride: 1 }),
    new Flatten(),
    new Linear(10, 3, options),
  ]);
  const x = randomTensor([4, 72], { dtype: "float64" });
  const loss = new CrossEntropyLoss();
  checkGradients(network, x, loss, [0, 1, 2, 1]);
  const gradients = (backward: (dy: Tensor) => void): number[] => {
    network.zeroGrad();
    loss.forward(network.forward(x), [0, 1, 2, 1]);
    backward(loss.backward());
    return network.parameters().flatMap(({ grad }) => [...grad.data]);
  };
  const all = gradients((dy) => network.backward(dy));
  expect(gradients((dy) => network.backwardParameters(dy))).toEqual(all);
});

describe.each([1, 3, 17, 33, 65])("convolution, ReLU and pooling in one pass, %i channels", (channels) => {
  test.each([
    ["a ReLU", [new ReLU()], 2, [3, 9, 8, 2]],
    ["no ReLU", [], 2, [3, 8, 9, 2]],
    ["windows of three", [new ReLU()], 3, [2, 12, 14, 1]],
    ["wide images", [new ReLU()], 2, [1, 4, 200, 1]],
  ] as const)("with %s, equal one after the other to the bit", (_, activation, size, shape) => {
    for (const dtype of ["float32", "float64"] as const) {
      const layer = convolution(shape[3], channels, [3, 2], { dtype });
      const layers = [layer, ...activation, new MaxPool2d(size)];
      const x = randomTensor(shape, { dtype, density: 0.7 });
      const dy = randomTensor(new Sequential(layers).outputShape(shape), { dtype, seed: 3, density: 0.8 });
      const results = (forward: () => Tensor, backward: () => Tensor): ArrayBufferView[] => {
        layer.zeroGrad();
        const y = forward().data.slice();
        return [y, ...[backward(), layer.weight.grad, layer.bias.grad].map(({ data }) => data.slice())];
      };
      const single = results(
        () => layers.reduce((y, module) => module.forward(y), x),
        () => layers.reduceRight((d, module) => module.backward(d), dy),
      );
      const network = new Sequential(layers);
      const together = results(
        () => network.forward(x),
        () => network.backward(dy),
      );
      together.forEach((array, i) => {
        expectSameBits(array, single[i]!, `${i} in ${dtype}`);
      });
    }
  });
});

test("a convolution with pooling refuses a dy that does not fit or comes too early", () => {
  const network = new Sequential([convolution(1, 2, 2), new MaxPool2d(2)]);
  expect(() => network.backward(Tensor.zeros([1, 1, 1, 2]))).toThrow(
    new ArgumentError("MaxPool2d.backward", "forward must be called first"),
  );
  network.forward(Tensor.zeros([1, 3, 3, 1]));
  expect(() => network.backward(Tensor.zeros([1, 2, 2, 2]))).toThrow(
    new ShapeError("MaxPool2d.backward", "dy must be [1, 1, 1, 2], got [1, 2, 2, 2]"),
  );
  expect(() => network.forward(Tensor.zeros([1, 2, 2, 1]))).toThrow(
    new ShapeError("MaxPool2d.forward", "x must be at least 2 × 2 pixels, got [1, 1, 1, 2]"),
  );
});

test.each([
  [3, 1, [7, 6]],
  [2, 1, [7, 6]],
  [
    [5, 2],
    [2, 3],
    [4, 2],
  ],
  [1, 4, [2, 2]],
] as const)("padding as in Keras's same: kernel %j, stride %j of [7, 6] gives %j", (kernel, stride, size) => {
  const layer = convolution(2, 3, kernel, { stride, padding: "same" });
  expect(layer.forward(Tensor.zeros([2, 7, 6, 2])).shape).toEqual([2, ...size, 3]);
});

test("padding as much as needed is computed together with max pooling", () => {
  const layers = [convolution(2, 5, [2, 3], { padding: "same" }), new ReLU(), new MaxPool2d(2)];
  const x = randomTensor([3, 7, 8, 2]);
  const together = new Sequential(layers).forward(x).clone();
  let y = x;
  for (const layer of layers) y = layer.forward(y);
  expectSameBits(together.data, y.data);
});

describe("Conv2d refuses", () => {
  test.each([
    [[0, 1, 1], {}, "inChannels must be a whole number > 0, got 0"],
    [[1, 1.5, 1], {}, "outChannels must be a whole number > 0, got 1.5"],
    [[1, 1, 0], {}, "kernelSize must be a whole number > 0, got 0"],
    [[1, 1, [1, 0]], {}, "kernelSize[1] must be a whole number > 0, got 0"],
    [[1, 1, 1], { stride: [1, 0] }, "stride[1] must be a whole number > 0, got 0"],
    [[1, 1, 1], { padding: [0.5, 1] }, "padding[0] must be a whole number ≥ 0, got 0.5"],
    [[1, 1, 1], { stride: 0 }, "stride must be a whole number > 0, got 0"],
    [[1, 1, 1], { padding: -1 }, "padding must be a whole number ≥ 0, got -1"],
  ] as const)("%j with %j", ([inputs, outputs, size], options, message) => {
    expect(() => convolution(inputs, outputs, size, options)).toThrow(new ArgumentError("Conv2d", message));
  });

  test("images that do not fit", () => {
    const layer = convolution(3, 2, [5, 4], { padding: 1 });
    for (const shape of [
      [2, 8, 8],
      [2, 8, 8, 1],
      [2, 192],
      [2, 0, 8, 3],
    ]) {
      expect(() => layer.forward(Tensor.zeros(shape))).toThrow(
        new ShapeError("Conv2d.forward", `x must be [N, H, W, 3], got [${shape.join(", ")}]`),
      );
    }
    expect(() => layer.forward(Tensor.zeros([2, 2, 8, 3]))).toThrow(
      new ShapeError(
        "Conv2d.forward",
        "the padded images must be at least as large as the kernel [5, 4], got [4, 10]",
      ),
    );
    expect(() => convolution(1, 1, 5).outputShape([1, 28, 4, 1])).toThrow(
      new ShapeError(
        "Conv2d.forward",
        "the images must be at least as large as the kernel [5, 5], got [28, 4]",
      ),
    );
  });

  test("another dtype, a dy that does not fit or comes too early", () => {
    const layer = convolution(1, 2, 2);
    expect(() => layer.backward(Tensor.zeros([1, 2, 2, 2]))).toThrow(
      new ArgumentError("Conv2d.backward", "forward must be called first"),
    );
    expect(() => layer.forward(Tensor.zeros([1, 3, 3, 1], "float64"))).toThrow(
      new ArgumentError("Conv2d.forward", "x must be float32, as the weights are, got float64"),
    );
    layer.forward(Tensor.zeros([1, 3, 3, 1]));
    expect(() => layer.backward(Tensor.zeros([1, 2, 2, 1]))).toThrow(
      new ShapeError("Conv2d.backward", "dy must be [1, 2, 2, 2], got [1, 2, 2, 1]"),
    );
    expect(() => layer.backwardParameters(Tensor.zeros([1, 2, 2, 2], "float64"))).toThrow(
      new ArgumentError("Conv2d.backward", "both must have the same dtype, got float32 and float64"),
    );
  });
});
