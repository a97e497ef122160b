import { createRequire } from "node:module";
import * as nn from "scratch-nn";
import { ArgumentError, RandomState, ScratchError, ShapeError, Tensor } from "scratch-nn";
import { describe, expect, test } from "vitest";

/** What somebody might hand over by mistake. */
const JUNK: readonly unknown[] = [
  undefined,
  null,
  3,
  -1,
  Number.NaN,
  "abc",
  true,
  5n,
  Symbol("s"),
  {},
  { length: -1 },
  { length: 2 },
  [],
  [undefined],
  [[]],
  ["cat"],
  [1, "2"],
  new Array(3),
  [1n],
  [[1, 2], [3]],
  [-1, -1],
  new Date(0),
  new Map(),
  new DataView(new ArrayBuffer(8)),
  BigInt64Array.of(1n),
  () => 1,
  new Float32Array(2),
  Object.create(null),
];

type Call = (...args: unknown[]) => unknown;

/** Every call with each piece of junk, alone and behind what is right, ends well or in an error of the house. */
function expectNoBareError(name: string, call: Call, right: readonly unknown[]): void {
  for (let place = 0; place <= right.length; place++) {
    for (const junk of JUNK) {
      const args = [...right.slice(0, place), junk, ...right.slice(place + 1)];
      try {
        call(...args);
      } catch (error) {
        if (error instanceof ScratchError) continue;
        throw new Error(`${name} with junk ${String(typeof junk)} at ${place}: ${error}`);
      }
    }
  }
  try {
    call();
  } catch (error) {
    expect(error, name).toBeInstanceOf(ScratchError);
  }
}

const x = Tensor.from([
  [1, 2],
  [3, 4],
]);

const STATIC: Record<string, readonly unknown[]> = {
  zeros: [[2], "float32"],
  ones: [[2], "float32"],
  full: [[2], 1, "float32"],
  from: [[1, 2], [2], "float32"],
  randn: [[2], new RandomState(1), "float32"],
};

const METHODS: Record<string, readonly unknown[]> = {
  reshape: [[4]],
  rows: [0, 1],
  to: ["float64"],
  at: [0, 1],
  matmul: [x, { transposeA: true }],
  add: [x],
  subtract: [x],
  multiply: [x],
  divide: [x],
  map: [(value: number) => value],
  sum: [0],
  mean: [0],
  max: [0],
  min: [0],
};

const STREAM: Record<string, readonly unknown[]> = {
  randomSample: [2],
  rand: [2, 3],
  uniform: [0, 1, 2],
  fillUniform: [new Float32Array(2), 0, 1],
  standardNormal: [2],
  randn: [2, 3],
  normal: [0, 1, 2],
  fillNormal: [new Float32Array(2), 0, 1],
  randint: [0, 5, 3],
  shuffle: [[1, 2, 3]],
  permutation: [5],
  choice: [5, 2, true, [0.2, 0.2, 0.2, 0.2, 0.2]],
  skipUniforms: [1],
  skipNormals: [1],
  skipRandint: [0, 3, 2],
  setState: [new RandomState(1).getState()],
};

describe("a wrong call ends in an error of the house", () => {
  test.each(Object.keys(STATIC))("Tensor.%s", (name) => {
    const call = (Tensor as unknown as Record<string, Call>)[name]!;
    expectNoBareError(name, call, STATIC[name]!);
  });

  test.each(Object.keys(METHODS))("a tensor's %s", (name) => {
    const call: Call = (...args) => (x as unknown as Record<string, Call>)[name]!(...args);
    expectNoBareError(name, call, METHODS[name]!);
    expect([...x.data]).toEqual([1, 2, 3, 4]);
  });

  test("new Tensor", () => {
    const make: Call = (...args) => new Tensor(...(args as [Float32Array, number[]]));
    expectNoBareError("Tensor", make, [x.data, [2, 2]]);
  });

  test.each(Object.keys(STREAM))("a stream's %s", (name) => {
    const call: Call = (...args) => (new RandomState(1) as unknown as Record<string, Call>)[name]!(...args);
    expectNoBareError(name, call, STREAM[name]!);
  });

  test("new RandomState and fromState", () => {
    const make: Call = (...args) => new RandomState(...(args as [number]));
    expectNoBareError("RandomState", make, [1]);
    expectNoBareError("fromState", (state) => RandomState.fromState(state as nn.RandomStateData), [
      new RandomState(1).getState(),
    ]);
  });
});

describe("what is no number is refused, not made one", () => {
  const from = Tensor.from as unknown as Call;

  test.each([
    [["cat"], `values must be numbers, got "cat" at 0`],
    [[1, undefined], "values must be numbers, got undefined at 1"],
    [new Array(2), "values must be numbers, got undefined at 0"],
    [[1n], "values must be numbers, got 1n at 0"],
    [
      [
        [1, 2],
        [3, "4"],
      ],
      `values must be numbers, got "4" at 1`,
    ],
    [[true], "values must be numbers, got true at 0"],
    [{ length: 3 }, "values must be numbers, got undefined at 0"],
    ["abc", `values must be nested lists or a flat array of numbers, got "abc"`],
    [3, "values must be nested lists or a flat array of numbers, got 3"],
    [x, "values must be nested lists or a flat array of numbers, got a Tensor"],
    [BigInt64Array.of(1n), "values must be numbers, got 1n at 0"],
  ])("Tensor.from %#", (values, message) => {
    expect(() => from(values)).toThrow(new ArgumentError("Tensor.from", message));
  });

  test("a list in itself", () => {
    const list: unknown[] = [];
    list.push(list);
    expect(() => from(list)).toThrow(
      new ShapeError("Tensor.from", "values must have at most 64 axes, got more"),
    );
  });

  test("by full, map, add", () => {
    expect(() => (Tensor.full as Call)([2], "1")).toThrow(`Tensor.full: value must be a number, got "1"`);
    expect(() => x.map(((v: number) => `${v}`) as unknown as () => number)).toThrow(
      `Tensor.map: f must give a number, got "1" for 1`,
    );
    expect(() => x.add("1" as unknown as number)).toThrow(
      `Tensor.add: other must be a tensor or a number, got "1"`,
    );
  });

  test("by shapes with holes, and ones that are no list", () => {
    expect(() => Tensor.zeros(3 as unknown as number[])).toThrow(
      "Tensor.zeros: shape must be a list of whole numbers ≥ 0, such as [2, 3], got 3",
    );
    expect(() => Tensor.zeros(new Array<number>(1))).toThrow("got [undefined]");
  });

  test("by an unknown dtype", () => {
    for (const make of [Tensor.zeros, Tensor.ones] as unknown as Call[]) {
      expect(() => make([1], "int32")).toThrow(`dtype must be "float32" or "float64", got "int32"`);
    }
    expect(() => x.to("f4" as nn.DType)).toThrow(`Tensor.to: dtype must be "float32" or "float64", got "f4"`);
  });
});

describe("a tensor of another copy of the library", () => {
  /** The library loaded once more, from the same files. */
  function loadAgain(): typeof nn {
    const require = createRequire(__filename);
    const loaded = { ...require.cache };
    for (const file of Object.keys(loaded)) if (file.includes("/lib/dist/")) delete require.cache[file];
    try {
      return require("scratch-nn") as typeof nn;
    } finally {
      Object.assign(require.cache, loaded);
    }
  }
  const other = loadAgain();
  const foreign = other.Tensor.ones([2, 2]) as unknown as Tensor;
  const problem = "got a Tensor of another copy of scratch-nn (load the library once)";

  test("is refused by a tensor's methods, and its data by the constructor", () => {
    expect(other.Tensor).not.toBe(Tensor);
    expect(() => x.matmul(foreign)).toThrow(`Tensor.matmul: other must be a tensor, ${problem}`);
    expect(() => x.add(foreign)).toThrow(`Tensor.add: other must be a tensor or a number, ${problem}`);
    expect(() => new Tensor(foreign.data, [2, 2])).toThrow(
      "data must be those of a tensor, got another array",
    );
  });

  test("is refused by layers and losses", () => {
    expect(() => new nn.ReLU().forward(foreign)).toThrow(problem);
    for (const loss of [new nn.CrossEntropyLoss(), new nn.QuadraticLoss(), new nn.BinaryCrossEntropyLoss()]) {
      expect(() => loss.forward(foreign, [0, 1])).toThrow(problem);
      expect(() => loss.forward(x, foreign)).toThrow(problem);
    }
  });

  test("so are its layers, parameters, streams and loaders", () => {
    const random = new other.RandomState(1);
    const linear = new other.Linear(2, 2, { random });
    const labels = new Uint8Array(2);
    const dataset = {
      name: "noise",
      count: 2,
      sampleShape: [2],
      classes: 2,
      inputs: new Uint8Array(4),
      labels,
    };
    const loader = new other.DataLoader(dataset, { batchSize: 1 });
    const model = new nn.Linear(2, 2, { random: new nn.RandomState(1) });
    const calls: readonly (readonly [(foreign: never) => unknown, unknown, string])[] = [
      [(layer) => new nn.Sequential([layer]), linear, "a Linear"],
      [(layer) => nn.summary(layer, [2]), linear, "a Linear"],
      [(parameters) => new nn.SGD(parameters, { learningRate: 1 }), linear.parameters(), "a Parameter"],
      [(stream) => new nn.Linear(2, 2, { random: stream }), random, "a RandomState"],
      [(shuffle) => new nn.DataLoader(dataset, { batchSize: 1, shuffle }), random, "a RandomState"],
      [(batches) => nn.evaluate(model, new nn.CrossEntropyLoss(), batches), loader, "a DataLoader"],
    ];
    for (const [call, foreign, got] of calls) {
      expect(() => call(foreign as never)).toThrow(
        `got ${got} of another copy of scratch-nn (load the library once)`,
      );
    }
  });

  test("can be copied", () => {
    expect(Tensor.from(foreign.data, foreign.shape).toArray()).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });
});

describe("tensors without values", () => {
  test("keep their shape as lists", () => {
    expect(Tensor.zeros([2, 0]).toArray()).toEqual([[], []]);
    expect(Tensor.zeros([2, 0, 3]).toArray()).toEqual([[], []]);
    expect(Tensor.zeros([2, 2, 0]).toArray()).toEqual([
      [[], []],
      [[], []],
    ]);
    expect(Tensor.zeros([0]).toArray()).toEqual([]);
  });

  test("have no largest value, nor a place of it", () => {
    for (const name of ["max", "min"] as const) {
      expect(() => Tensor.zeros([0])[name]()).toThrow(
        new ShapeError(`Tensor.${name}`, "there must be a value, got [0]"),
      );
      expect(() => Tensor.zeros([2, 0])[name](1)).toThrow(ShapeError);
      expect(Tensor.zeros([0, 3])[name](1).shape).toEqual([0]);
    }
    expect(() => Tensor.zeros([2, 0]).argmax()).toThrow(
      new ShapeError("Tensor.argmax", "x must be [N, C] with C > 0, got [2, 0]"),
    );
    expect([...Tensor.zeros([0, 3]).argmax()]).toEqual([]);
  });

  test("sum to 0, and their mean is NaN", () => {
    expect(Tensor.zeros([0]).sum().item()).toBe(0);
    expect(Tensor.zeros([2, 0]).mean(1).toArray()).toEqual([Number.NaN, Number.NaN]);
  });

  test("multiply to zeros, whatever lay there", () => {
    for (let i = 0; i < 20; i++) {
      Tensor.full([8, 8], 7);
      const product = Tensor.zeros([8, 0]).matmul(Tensor.zeros([0, 8]));
      expect(product.data.every((value) => value === 0)).toBe(true);
    }
  });

  test("reshape to what has no values either, one axis open where it is clear", () => {
    expect(Tensor.zeros([0, 3]).reshape([-1, 3]).shape).toEqual([0, 3]);
    expect(() => Tensor.zeros([0, 3]).reshape([0, -1])).toThrow(ShapeError);
    expect(() => x.reshape([-1, -1])).toThrow(ShapeError);
    expect(() => Tensor.ones([1]).reshape([-1, -1])).toThrow(ShapeError);
  });
});
