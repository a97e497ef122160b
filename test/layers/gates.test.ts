import { type DType, GRU, LSTM, RandomState, type Recurrent, Tensor } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { randomTensor } from "../helpers/randomTensor";

/** A few units in the last place of float32; PyTorch's sigmoid and tanh are within as many. */
const FEW = 4e-7;
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Biases of a gate, as float32 has them, from all but closed to open. */
const BIASES = Float32Array.from({ length: 129 }, (_, i) => -79 + (i * 100) / 128);

/** What one step from h = 0 gives where all weights are 0, with those biases, [gates, units]. */
function oneStep(layer: Recurrent, biases: readonly ArrayLike<number>[]): Float64Array {
  for (const { value } of layer.parameters()) value.data.fill(0);
  const bias = layer.namedParameters().get("bias")!.value;
  biases.forEach((values, gate) => {
    bias.data.set(values, gate * BIASES.length);
  });
  return Float64Array.from(layer.forward(Tensor.zeros([1, 1, 1])).data);
}

function worst(got: Float64Array, wanted: (bias: number) => number): number {
  let worst = 0;
  BIASES.forEach((bias, i) => {
    const right = wanted(bias);
    const error = right === 0 ? Math.abs(got[i]!) : Math.abs(got[i]! / right - 1);
    worst = Math.max(worst, error);
  });
  return worst;
}

const always = (value: number): Float64Array => new Float64Array(BIASES.length).fill(value);

describe("a gate in float32 is as exact as the type, closed or open", () => {
  const lstm = (biases: readonly ArrayLike<number>[]): Float64Array =>
    oneStep(new LSTM(1, BIASES.length, { random: new RandomState(1) }), biases);

  test("the input gate of an LSTM, its output gate and its candidate", () => {
    expect(
      worst(lstm([BIASES, always(0), always(30), always(30)]), (b) => Math.tanh(sigmoid(b))),
    ).toBeLessThan(FEW);
    expect(
      worst(lstm([always(30), always(0), always(30), BIASES]), (b) => Math.tanh(1) * sigmoid(b)),
    ).toBeLessThan(FEW);
    const tanh = (b: number): number => Math.tanh(Math.tanh(b));
    expect(worst(lstm([always(30), always(0), BIASES, always(30)]), tanh)).toBeLessThan(FEW);
    const small = BIASES.map((b) => b * 1e-6);
    const got = lstm([always(30), always(0), small, always(30)]);
    small.forEach((b, i) => {
      if (b !== 0) expect(Math.abs(got[i]! / tanh(b) - 1)).toBeLessThan(FEW);
    });
  });

  test("the update gate of a GRU: h = (1 − z) g, where z is as far from 1 as float32 has it", () => {
    const layer = new GRU(1, BIASES.length, { random: new RandomState(1), reset: "before" });
    const rest = (b: number): number => 1 - Math.fround(sigmoid(b));
    // Where z is near 1, what is left is a few of its last places.
    const got = oneStep(layer, [BIASES, always(0), always(30)]);
    BIASES.forEach((b, i) => {
      expect(Math.abs(got[i]! - rest(b))).toBeLessThanOrEqual(3 * 2 ** -24);
    });
  });
});

/** The largest error of each parameter's gradient after 300 steps, in parts of its largest value: the median of 21 seeds. */
function errorsOfGradients(forget: number, input: number): Map<string, number> {
  const gradients = (dtype: DType, seed: number): Map<string, Float64Array> => {
    const layer = new LSTM(3, 8, { random: new RandomState(seed), dtype });
    layer.bias.value.data.fill(input, 0, 8).fill(forget, 8, 16);
    for (const { value } of layer.parameters()) value.data.set(Float32Array.from(value.data));
    const x = randomTensor([2, 300, 3], { seed, dtype: "float32" }).to(dtype);
    layer.backward(Tensor.ones(layer.forward(x).shape, dtype));
    return new Map(
      [...layer.namedParameters()].map(([name, { grad }]) => [name, Float64Array.from(grad.data)]),
    );
  };
  const errors = new Map<string, number[]>();
  for (let seed = 1; seed <= 21; seed++) {
    const exact = gradients("float64", seed);
    for (const [name, values] of gradients("float32", seed)) {
      const right = exact.get(name)!;
      const scale = Math.max(...right.map(Math.abs));
      const worst = Math.max(...values.map((value, i) => Math.abs(value - right[i]!) / scale));
      errors.set(name, [...(errors.get(name) ?? []), worst]);
    }
  }
  return new Map([...errors].map(([name, values]) => [name, values.sort((a, b) => a - b)[10]!]));
}

// PyTorch 2.13 has 1.2e-6, 1.9e-6 and 1.6e-6, and 2.6e-7, 3.3e-7 and 3.9e-7, with the same weights and inputs.
test.each([
  ["LSTM with its forget bias at 6", 6, 0, { weight: 2.4e-6, recurrentWeight: 3.8e-6, bias: 3.2e-6 }],
  ["LSTM with its input gate at −12", 1, -12, { weight: 5.2e-7, recurrentWeight: 6.6e-7, bias: 7.8e-7 }],
])(
  "the gradients of 300 steps in float32 are at most twice as far off as PyTorch's: %s",
  (_, forget, input, most) => {
    const errors = errorsOfGradients(forget, input);
    expect([...errors.keys()]).toEqual(Object.keys(most));
    for (const [name, bound] of Object.entries(most)) expect(errors.get(name), name).toBeLessThan(bound);
  },
);
