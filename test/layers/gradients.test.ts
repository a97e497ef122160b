import type { Init, Module } from "scratch-nn";
import {
  CrossEntropyLoss,
  Linear,
  RandomState,
  ReLU,
  Sequential,
  Sigmoid,
  Softmax,
  Tanh,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { checkGradients } from "../helpers/checkGradients";
import { randomTensor } from "../helpers/randomTensor";

const dtype = "float64";
const SIZES = [1, 3, 17, 65];

function linear(inputs: number, outputs: number, init?: Init, seed = 1): Linear {
  return new Linear(inputs, outputs, {
    random: new RandomState(seed),
    init,
    biasInit: "standardNormal",
    dtype,
  });
}

/** Away from 0, where ReLU has no derivative. */
function awayFromZero(x: Tensor): Tensor {
  return x.map((value) => value + Math.sign(value) * 0.01);
}

describe("the gradient of Linear agrees with central differences", () => {
  test.each([
    [1, 1, 1],
    [3, 17, 1],
    [17, 3, 65],
    [65, 17, 3],
    [1, 65, 17],
    [17, 65, 65],
  ])("batch %i, %i → %i", (rows, inputs, outputs) => {
    checkGradients(linear(inputs, outputs), randomTensor([rows, inputs], { dtype }));
  });

  test.each([
    "zeros",
    "standardNormal",
    "kaimingNormal",
    "kaimingUniform",
    "xavierNormal",
    "xavierUniform",
    "lecunNormal",
  ] as const)("begun with %s", (init) => {
    checkGradients(linear(5, 4, init), randomTensor([3, 5], { dtype }));
  });

  test("for a batch of which most is 0", () => {
    checkGradients(linear(33, 17), randomTensor([17, 33], { dtype, density: 0.2 }));
  });
});

describe.each(SIZES)("element-wise layers, rows of %i", (columns) => {
  test.each(SIZES.filter((rows) => rows * columns <= 1200))("batch %i", (rows) => {
    const x = awayFromZero(randomTensor([rows, columns], { dtype }));
    for (const layer of [new ReLU(), new Sigmoid(), new Softmax(), new Tanh()]) checkGradients(layer, x);
  });
});

describe("the gradient of a network", () => {
  const networks: [string, () => Module][] = [
    ["ReLU", () => new Sequential([linear(9, 17), new ReLU(), linear(17, 4)])],
    ["Sigmoid", () => new Sequential([linear(9, 3), new Sigmoid(), linear(3, 4)])],
    [
      "ReLU, Sigmoid, Softmax",
      () =>
        new Sequential([
          linear(9, 20),
          new ReLU(),
          linear(20, 17),
          new Sigmoid(),
          linear(17, 17),
          new Softmax(),
          linear(17, 4),
        ]),
    ],
    ["a ReLU before and after", () => new Sequential([new ReLU(), linear(9, 4), new ReLU()])],
    [
      "networks in a network",
      () => new Sequential([new Sequential([linear(9, 5), new Sigmoid()]), linear(5, 4)]),
    ],
  ];
  test.each(networks)("with %s", (_, build) => {
    const x = awayFromZero(randomTensor([7, 9], { dtype }));
    checkGradients(build(), x);
    checkGradients(build(), x, new CrossEntropyLoss(), [0, 1, 2, 3, 3, 0, 2]);
  });
});

test("Sequential without layers is the identity", () => {
  const x = randomTensor([2, 3]);
  const nothing = new Sequential([]);
  expect(nothing.forward(x)).toBe(x);
  expect(nothing.backward(x)).toBe(x);
  nothing.backwardParameters(x);
  expect(nothing.outputShape([2, 3])).toEqual([2, 3]);
  expect(nothing.parameters()).toEqual([]);
  expect(Tensor.zeros([0, 3]).size).toBe(0);
});
