import {
  ArgumentError,
  type DType,
  GELU,
  type GELUOptions,
  LeakyReLU,
  type Module,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { checkGradients } from "../helpers/checkGradients";
import { checkModule } from "../helpers/checkModule";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { readFixture, type StoredNumbers, toTensor } from "../helpers/readFixture";
import { withThreads } from "../helpers/withThreads";

interface ActivationCase {
  layer: "LeakyReLU" | "GELU";
  options: { negativeSlope?: number; approximate?: "tanh" };
  dtype: DType;
  x: StoredNumbers;
  y: StoredNumbers;
  dy: StoredNumbers;
  dx: StoredNumbers;
}

const { activations } = readFixture<{ activations: ActivationCase[] }>("torch-activations");
const exact: GELUOptions = {};
const approximate: GELUOptions = { approximate: "tanh" };

test.each(activations)("$layer $options equals PyTorch's in $dtype on $x.shape", (fixture) => {
  const { layer, options, dtype, x, y, dy, dx } = fixture;
  const read = (stored: StoredNumbers): Tensor => toTensor(stored, dtype);
  const build = (): Module => (layer === "GELU" ? new GELU(options) : new LeakyReLU(options));
  // PyTorch takes 1 − tanh² of a tanh that is near 1.
  const tolerance = dtype === "float32" ? (options.approximate ? 5e-6 : 1e-6) : 1e-14;
  checkModule(build(), { x: read(x), y: read(y), dy: read(dy), dx: read(dx) }, tolerance);
});

describe.each([1, 3, 17, 65])("rows of %i", (columns) => {
  test("agree with central differences", () => {
    const x = randomTensor([3, columns], { dtype: "float64" }).map((v) => 2 * v + Math.sign(v) * 0.01);
    const layers = [
      new LeakyReLU(),
      new LeakyReLU({ negativeSlope: -0.5 }),
      new GELU(exact),
      new GELU(approximate),
    ];
    for (const layer of layers) checkGradients(layer, x);
  });
});

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  test.each([exact, approximate])("GELU %o keeps its limits, and NaN", (options) => {
    const x = [Number.NaN, Infinity, 1e30, 50, 0, -0, -50, -1e30, -Infinity];
    const gelu = new GELU(options);
    const y = gelu.forward(Tensor.from(x, undefined, dtype)).data;
    expectClose(y, [Number.NaN, Infinity, 1e30, 50, 0, -0, -0, -0, -0], 1e-6);
    const slopes = gelu.backward(Tensor.full([x.length], 1, dtype)).data;
    expectClose(slopes, [Number.NaN, 1, 1, 1, 0.5, 0.5, 0, 0, 0], 1e-6);
  });

  test("GELU keeps the digits of small results, and gives no subnormal ones", () => {
    // x Φ(x) by mpmath.
    const wanted = { "-3": -0.00404969409489, "-5": -1.4332578593959e-6, "-8": -4.9767684594174e-15 };
    const y = new GELU().forward(Tensor.from(Object.keys(wanted).map(Number), undefined, dtype)).data;
    Object.values(wanted).forEach((value, i) => {
      expect(Math.abs(y[i]! / value - 1)).toBeLessThan(dtype === "float32" ? 3e-6 : 1e-12);
    });
    const smallest = dtype === "float32" ? 1.2e-38 : 2.3e-308;
    for (const options of [exact, approximate]) {
      const x = Tensor.from(
        Array.from({ length: 801 }, (_, i) => -i / 20),
        undefined,
        dtype,
      );
      const gelu = new GELU(options);
      const both = [gelu.forward(x), gelu.backward(Tensor.full([801], 1, dtype))];
      for (const { data } of both) {
        expect(Array.from(data).filter((value) => value !== 0 && Math.abs(value) < smallest)).toEqual([]);
      }
    }
  });

  test("the bits are the same on 1, 2 and 3 threads", async () => {
    const x = randomTensor([7, 20_011], { dtype });
    const compute = (): ArrayBufferView[] =>
      [new LeakyReLU(), new GELU(exact), new GELU(approximate)].flatMap((layer) => [
        layer.forward(x).data.slice(),
        layer.backward(x).data.slice(),
      ]);
    const alone = await withThreads(1, compute);
    for (const count of [2, 3]) {
      const together = await withThreads(count, compute);
      together.forEach((array, i) => {
        expectSameBits(array, alone[i]!);
      });
    }
  });
});

test("LeakyReLU passes 0, −0 and NaN, and at 0 its derivative is the slope", () => {
  const leaky = new LeakyReLU({ negativeSlope: 0.5 });
  expect([...leaky.forward(Tensor.from([2, 0, -0, -2, Number.NaN])).data]).toEqual([
    2,
    0,
    -0,
    -1,
    Number.NaN,
  ]);
  expect([...leaky.backward(Tensor.ones([5])).data]).toEqual([1, 0.5, 0.5, 0.5, 0.5]);
});

test("their constants are settings, and wrong ones are refused", () => {
  expect([...new LeakyReLU().namedSettings()]).toEqual([["negativeSlope", 0.01]]);
  expect([...new GELU(approximate).namedSettings()]).toEqual([["approximate", "tanh"]]);
  const negativeSlope = Number.NaN;
  expect(() => new LeakyReLU({ negativeSlope })).toThrow(
    new ArgumentError("LeakyReLU", "negativeSlope must be a finite number, got NaN"),
  );
  const options = { approximate: true } as unknown as GELUOptions;
  expect(() => new GELU(options)).toThrow(
    new ArgumentError("GELU", 'approximate must be "none" or "tanh", got true'),
  );
});
