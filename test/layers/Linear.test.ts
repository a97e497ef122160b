import {
  ArgumentError,
  type Init,
  Linear,
  RandomState,
  ReLU,
  Sequential,
  ShapeError,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { readFixture } from "../helpers/readFixture";
import { withThreads } from "../helpers/withThreads";

const random = (): RandomState => new RandomState(21);

describe("weights begin", () => {
  const { inits } = readFixture<{ inits: Record<Init, Record<"weight" | "bias", number[]>> }>("numpy-core");

  test.each(Object.keys(inits) as Init[])("by %s as in NumPy: the weights, then the biases", (init) => {
    const layer = new Linear(6, 4, { random: random(), init, dtype: "float64" });
    expectClose(layer.weight.value.data, inits[init].weight, 1e-15);
    // The fixture's biases have the same fan-in as its weights.
    const both = new Linear(6, 4, { random: random(), init, biasInit: init, dtype: "float64" });
    expectClose(both.bias.value.data, inits[init].bias, 1e-15);
  });

  test("by kaimingNormal, the biases by zeros, and the stream goes on from there", () => {
    const stream = random();
    const layer = new Linear(6, 4, { random: stream, dtype: "float64" });
    expectClose(layer.weight.value.data, inits.kaimingNormal.weight, 1e-15);
    expect([...layer.bias.value.data]).toEqual([0, 0, 0, 0]);
    const wanted = random();
    wanted.randn(24);
    expect(stream.randn()).toBe(wanted.randn());
  });

  test("in float32 with the float64 draws rounded", () => {
    const layer = new Linear(6, 4, { random: random(), init: "standardNormal" });
    expect(layer.weight.value.data).toEqual(layer.weight.value.data.map(Math.fround));
    const wanted = Float32Array.from(random().randn(6, 4));
    expectSameBits(new Float32Array(layer.weight.value.data), wanted);
  });

  test.each([
    ["standardNormal", 1],
    ["kaimingNormal", Math.sqrt(2 / 300)],
    ["kaimingUniform", Math.sqrt(2 / 300)],
    ["xavierNormal", Math.sqrt(2 / 500)],
    ["xavierUniform", Math.sqrt(2 / 500)],
    ["lecunNormal", Math.sqrt(1 / 300)],
  ] as const)("by %s with standard deviation %f and mean 0", (init, deviation) => {
    const { value } = new Linear(300, 200, { random: random(), init, dtype: "float64" }).weight;
    const mean = value.mean().item();
    const variance = value.multiply(value).mean().item() - mean ** 2;
    expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(value.size));
    expect(Math.sqrt(variance) / deviation).toBeGreaterThan(0.985);
    expect(Math.sqrt(variance) / deviation).toBeLessThan(1.015);
    if (init.endsWith("Uniform")) expect(value.max().item()).toBeLessThan(Math.sqrt(3) * deviation);
  });
});

describe("zeros in the batch change the way, not the bits", () => {
  test.each(["float32", "float64"] as const)("of forward and backward in %s", async (dtype) => {
    for (const threads of [1, 2]) {
      await withThreads(threads, () => {
        for (const [rows, inputs, outputs] of [
          [1, 30, 16],
          [10, 65, 30],
          [64, 784, 100],
        ] as const) {
          const x = randomTensor([rows, inputs], { dtype, density: 0.2 });
          const dy = randomTensor([rows, outputs], { dtype, seed: 2 });
          const build = (): Linear =>
            new Linear(inputs, outputs, { random: random(), biasInit: "standardNormal", dtype });
          const [sparse, dense] = [build(), build()];
          // A batch without zeros makes the next fifteen go the dense way.
          dense.backward(dense.forward(Tensor.ones([1, inputs], dtype)));
          dense.zeroGrad();
          expectSameBits(sparse.forward(x).data, dense.forward(x).data, "y");
          expectSameBits(sparse.backward(dy).data, dense.backward(dy).data, "dx");
          sparse.backwardParameters(dy);
          dense.backwardParameters(dy);
          expectSameBits(sparse.weight.grad.data, dense.weight.grad.data, "dW of two calls");
          expectSameBits(sparse.bias.grad.data, dense.bias.grad.data, "db of two calls");
        }
      });
    }
  });
});

describe("a ReLU behind it", () => {
  test("computed in the pass of the bias gives the same bits", () => {
    for (const outputs of [1, 3, 17, 65]) {
      const x = randomTensor([17, 9]);
      const dy = randomTensor([17, outputs], { seed: 2 });
      const build = (): Linear => new Linear(9, outputs, { random: random(), biasInit: "standardNormal" });
      const [first, second, relu] = [build(), build(), new ReLU()];
      const fused = new Sequential([first, new ReLU()]);
      expectSameBits(fused.forward(x).data, relu.forward(second.forward(x)).data);
      expectSameBits(fused.backward(dy).data, second.backward(relu.backward(dy)).data);
      expectSameBits(first.weight.grad.data, second.weight.grad.data);
    }
  });

  test("of a class of one's own keeps its own forward", () => {
    class Doubled extends Linear {
      override forward(x: Tensor): Tensor {
        return super.forward(x).multiply(2);
      }
    }
    class Capped extends ReLU {
      protected override apply(x: Tensor, y: Tensor): void {
        super.apply(x, y);
        for (let i = 0; i < y.size; i++) y.data[i] = Math.min(y.data[i]!, 1);
      }
    }
    const x = randomTensor([5, 4]);
    const plain = new Linear(4, 6, { random: random() });
    const wanted = plain.forward(x).clone();
    const doubled = new Sequential([new Doubled(4, 6, { random: random() }), new ReLU()]).forward(x);
    expectClose(doubled.data, wanted.map((value) => Math.max(0, 2 * value)).data, 0);
    const capped = new Sequential([plain, new Capped()]).forward(x);
    expectClose(capped.data, wanted.map((value) => Math.min(1, Math.max(0, value))).data, 0);
  });
});

describe("refuses", () => {
  const layer = new Linear(3, 2, { random: random() });

  test("sizes that are not whole numbers above 0", () => {
    for (const [inputs, outputs] of [
      [0, 2],
      [3, -1],
      [1.5, 2],
      [3, Number.NaN],
    ] as const) {
      expect(() => new Linear(inputs, outputs, { random: random() })).toThrow(
        /^Linear: (in|out)Features must be a whole number > 0, got (0|-1|1.5|NaN)$/,
      );
    }
  });

  test("an unknown rule for the weights", () => {
    const init = "ones" as Init;
    expect(() => new Linear(3, 2, { random: random(), init })).toThrow(
      new ArgumentError(
        "Linear",
        "an initialisation must be one of zeros, standardNormal, kaimingNormal, kaimingUniform, xavierNormal, " +
          'xavierUniform, lecunNormal, orthogonal, got "ones"',
      ),
    );
  });

  test("an x of another shape or dtype", () => {
    for (const shape of [[64, 28, 28], [2, 4], [3]]) {
      expect(() => layer.forward(Tensor.zeros(shape))).toThrow(
        new ShapeError("Linear.forward", `x must be [N, 3], got [${shape.join(", ")}]`),
      );
    }
    expect(() => layer.forward(Tensor.zeros([2, 3], "float64"))).toThrow(
      new ArgumentError("Linear.forward", "x must be float32, as the weights are, got float64"),
    );
  });

  test("a dy before x, of another shape or dtype", () => {
    const fresh = new Linear(3, 2, { random: random() });
    expect(() => fresh.backward(Tensor.zeros([1, 2]))).toThrow(
      new ArgumentError("Linear.backward", "forward must be called first"),
    );
    fresh.forward(Tensor.zeros([4, 3]));
    for (const shape of [[4, 3], [3, 2], [8], [4, 2, 1]]) {
      expect(() => fresh.backward(Tensor.zeros(shape))).toThrow(
        new ShapeError("Linear.backward", `dy must be [4, 2], got [${shape.join(", ")}]`),
      );
    }
    expect(() => fresh.backward(Tensor.zeros([4, 2], "float64"))).toThrow(
      new ArgumentError("Linear.backward", "both must have the same dtype, got float32 and float64"),
    );
  });
});
