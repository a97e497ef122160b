import {
  ArgumentError,
  Conv2d,
  Dropout,
  Embedding,
  Flatten,
  GRU,
  gradCheck,
  Linear,
  LSTM,
  MaxOverTime,
  MaxPool2d,
  Parameter,
  QuadraticLoss,
  RandomState,
  ReLU,
  Reshape,
  ScratchError,
  Sequential,
  Softmax,
  summary,
  Tensor,
} from "scratch-nn";
import { expect, test } from "vitest";

/** What a person writes who has no compiler that refuses it. */
type Loose = new (...args: unknown[]) => unknown;

const random = new RandomState(1);
const linear = new Linear(2, 3, { random });
const make = (Kind: unknown, ...args: unknown[]): unknown => new (Kind as Loose)(...args);

test.each([
  [
    [Linear, 2, 3],
    "Linear: random must be a RandomState, got none; write new Linear(2, 3, { random: new RandomState(1) })",
  ],
  [[Linear, 2, 3, { random: 5 }], /^Linear: random must be a RandomState, got 5; write new Linear\(2, 3, /],
  [[Linear, "2", 3, { random }], 'Linear: inFeatures must be a whole number > 0, got "2"'],
  [[Linear, 2], "Linear: outFeatures must be a whole number > 0, got undefined"],
  [[Linear, 2, 3, random], /^Linear: options must be an object of .*, got a RandomState$/],
  [[Linear, 2, 3, null], /^Linear: options must be an object of .*, got null$/],
  [[Linear, 2, 3, { random, lr: 0.1 }], /^Linear: unknown option "lr". The options are random, init, /],
  [[Linear, 2, 3, { seed: 1 }], /^Linear: unknown option "seed"/],
  [
    [Linear, 2, 3, { random, dtype: "float16" }],
    'Linear: dtype must be "float32" or "float64", got "float16"',
  ],
  [[Linear, 2, 3, { random, init: 7 }], /^Linear: an initialisation must be one of zeros, .*, got 7$/],
  [[Conv2d, 1, 2], "Conv2d: kernelSize must be a number or a pair such as [3, 3], got undefined"],
  [
    [Conv2d, 1, 2, [3], { random }],
    "Conv2d: kernelSize must be a number or a pair such as [3, 3], got an array of 1",
  ],
  [[Conv2d, 1, 2, 3], /^Conv2d: random must be a RandomState, got none; write new Conv2d\(1, 2, 3, /],
  [
    [Conv2d, 1, 2, 3, { random, padding: "valid" }],
    'Conv2d: padding must be a number or a pair such as [3, 3], or "same", got "valid"',
  ],
  [
    [Conv2d, 1, 2, 3, { random, stride: [2] }],
    "Conv2d: stride must be a number or a pair such as [3, 3], got an array of 1",
  ],
  [[Dropout, 0.5], /^Dropout: random must be a RandomState, got none; write new Dropout\(0.5, /],
  [[Dropout, "0.5", { random }], 'Dropout: p must be in [0, 1), got "0.5"'],
  [[MaxPool2d], "MaxPool2d: size must be a whole number > 0, got undefined"],
  [[MaxPool2d, 2, 2], "MaxPool2d: options must be an object of { stride }, got 2"],
  [[MaxPool2d, 2, { strides: 1 }], /^MaxPool2d: unknown option "strides"; did you mean stride\?/],
  [[Reshape, 28, 28], "Reshape: sample must be a shape such as [28, 28, 1], got 28"],
  [[Reshape, [-1]], /^Reshape: .*whole numbers ≥ 0.*got \[-1\]$/],
  [[Embedding, 9, 2], /^Embedding: random must be a RandomState, got none; write new Embedding\(9, 2, /],
  [[Embedding, 9, 2, { weights: [[1]] }], "Embedding: weights must be a tensor, got an array of 1"],
  [[Embedding, 9, 2, { random, maskZero: 1 }], "Embedding: maskZero must be true or false, got 1"],
  [[LSTM, 2, 3], /^LSTM: random must be a RandomState, got none; write new LSTM\(2, 3, /],
  [[LSTM, 2, 3, { random, reset: "after" }], /^LSTM: unknown option "reset"/],
  [[GRU, 2, 3, { random, returnSequences: 1 }], "GRU: returnSequences must be true or false, got 1"],
  [[GRU, 2, 3, { random, reset: "x" }], 'GRU: reset must be "before" or "after", got "x"'],
  [[Parameter, [2, 3]], 'Parameter: kind must be "weight" or "bias", got an array of 2'],
  [[Sequential], "Sequential: layers must be a list, got undefined; write new Sequential([a, b])"],
  [
    [Sequential, linear, new ReLU()],
    "Sequential: layers must be a list, got 2 arguments; write new Sequential([a, b])",
  ],
  [[Sequential, [linear, undefined]], "Sequential: layers[1] must be a layer, got undefined"],
  [
    [Sequential, [linear, ReLU]],
    "Sequential: layers[1] must be a layer, got the function ReLU; write new ReLU(…)",
  ],
] as const)("new %o", ([Kind, ...args], message) => {
  expect(() => make(Kind, ...args)).toThrow(ScratchError);
  expect(() => make(Kind, ...args)).toThrow(message);
});

test("an Embedding of given weights needs no stream", () => {
  const weights = Tensor.from([
    [1, 2],
    [3, 4],
  ]);
  const layer = new Embedding(2, 2, { weights });
  expect(layer.forward(Tensor.from([[1, 0]])).toArray()).toEqual([
    [
      [3, 4],
      [1, 2],
    ],
  ]);
});

test.each([
  linear,
  new Conv2d(1, 2, 3, { random }),
  new Dropout(0.5, { random }),
  new MaxPool2d(2),
  new MaxOverTime(),
  new Flatten(),
  new Softmax(),
  new Embedding(9, 2, { random }),
  new LSTM(2, 3, { random }),
  new Sequential([linear, new ReLU()]),
  new Sequential([new Embedding(9, 2, { random }), new LSTM(2, 3, { random })]),
])("forward and backward of what is no tensor: %o", (layer) => {
  const loose = layer as unknown as { forward(x?: unknown): unknown; backward(dy?: unknown): unknown };
  const name = layer.constructor.name;
  for (const x of [undefined, null, 5, [[1, 2]], new Float32Array(2), { data: [1], shape: [1] }]) {
    expect(() => loose.forward(x)).toThrow(ArgumentError);
    expect(() => loose.forward(x)).toThrow(/\w+\.forward: x must be a tensor, got /);
  }
  expect(() => loose.backward()).toThrow(/\w+\.backward: forward must be called first/);
  if (name !== "Linear") return;
  layer.forward(Tensor.zeros([1, 2]));
  for (const dy of [undefined, [[1, 2, 3]]]) {
    expect(() => loose.backward(dy)).toThrow(/^Linear.backward: dy must be a tensor, got /);
  }
});

test("summary and gradCheck of something else", () => {
  const loose = { summary, gradCheck } as unknown as Record<string, (...args: unknown[]) => unknown>;
  const x = Tensor.zeros([1, 2], "float64");
  const loss = new QuadraticLoss();
  for (const [call, message] of [
    [() => loose.summary!(), "summary: model must be a layer or a network, got undefined"],
    [
      () => loose.summary!(linear, 784),
      "summary: inputShape must be the shape of one sample, such as [784], got 784",
    ],
    [() => loose.gradCheck!([], x, [0], { loss }), "gradCheck: model must be a layer or a network, got an"],
    [
      () => loose.gradCheck!(linear, [[1]], [0], { loss }),
      "gradCheck: x must be a tensor, got an array of 1",
    ],
    [() => loose.gradCheck!(linear, x, [0]), "gradCheck: options must be an object of { loss, h }, got"],
    [() => loose.gradCheck!(linear, x, [0], { loss: 5 }), "gradCheck: loss must be a loss, got 5"],
    [() => loose.gradCheck!(linear, x, [0], { loss, h: 0 }), "gradCheck: h must be a finite number > 0"],
  ] as const) {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  }
});
