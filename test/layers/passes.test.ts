import {
  ArgumentError,
  Conv2d,
  CrossEntropyLoss,
  Dropout,
  Embedding,
  Flatten,
  GRU,
  Linear,
  LSTM,
  MaxOverTime,
  MaxPool2d,
  Module,
  Parameter,
  QuadraticLoss,
  RandomState,
  ReLU,
  Sequential,
  type Shape,
  Sigmoid,
  Tensor,
  Workspace,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { checkGradients } from "../helpers/checkGradients";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";

const dtype = "float64";

function linear(inputs: number, outputs: number, seed = 1): Linear {
  return new Linear(inputs, outputs, { random: new RandomState(seed), dtype });
}

function input(shape: Shape, seed = 1): Tensor {
  return randomTensor(shape, { dtype, seed });
}

/** A layer whose author remembers what it needs without any help. */
class Cube extends Module {
  private x: Tensor | undefined;
  private readonly y = new Workspace();
  override forward(x: Tensor): Tensor {
    const y = this.y.take(x.shape, x.dtype);
    for (let i = 0; i < x.size; i++) y.data[i] = x.data[i]! ** 3;
    this.x = x;
    return y;
  }
  override backward(dy: Tensor): Tensor {
    return dy.multiply(this.x!.multiply(this.x!).multiply(3));
  }
  override outputShape(shape: Shape): Shape {
    return shape;
  }
}

/** The same as README writes it. */
class ShortCube extends Module {
  override forward(x: Tensor): Tensor {
    const y = this.takeOutput(x);
    for (let i = 0; i < x.size; i++) y.data[i] = x.data[i]! ** 3;
    return y;
  }
  override backward(dy: Tensor): Tensor {
    const { x } = this.recallPass(dy);
    const dx = this.takeInputGradient();
    for (let i = 0; i < x.size; i++) dx.data[i] = 3 * x.data[i]! ** 2 * dy.data[i]!;
    return dx;
  }
  override outputShape(shape: Shape): Shape {
    return shape;
  }
}

/** f(x) + x. */
class Residual extends Module {
  private readonly f: Module;
  constructor(f: Module) {
    super();
    this.f = f;
  }
  override forward(x: Tensor): Tensor {
    return this.f.forward(x).add(x);
  }
  override backward(dy: Tensor): Tensor {
    return this.f.backward(dy).add(dy);
  }
  override outputShape(shape: Shape): Shape {
    return shape;
  }
}

/** f(f(x)), or f(x₁) − f(x₂) of the two halves of the rows. */
class Twice extends Residual {
  private readonly g: Linear;
  private readonly isSiamese: boolean;
  constructor(f: Linear, isSiamese: boolean) {
    super(f);
    this.g = f;
    this.isSiamese = isSiamese;
  }
  override forward(x: Tensor): Tensor {
    if (!this.isSiamese) return this.g.forward(this.g.forward(x));
    const half = x.shape[0]! / 2;
    return this.g.forward(x.rows(0, half)).subtract(this.g.forward(x.rows(half, 2 * half)));
  }
  override backward(dy: Tensor): Tensor {
    if (!this.isSiamese) return this.g.backward(this.g.backward(dy));
    this.g.backward(dy.multiply(-1));
    return this.g.backward(dy);
  }
}

describe("a network refuses a layer that occurs twice", () => {
  const act = new ReLU();
  const [l1, l2] = [linear(3, 3), linear(3, 3, 2)];
  test.each([
    ["at one level", () => [l1, act, l2, act], "ReLU at 1 and 3"],
    ["in the network and in one inside it", () => [l1, new Sequential([l2, l1])], "Linear at 0 and 1.1"],
    ["in two inside it", () => [new Sequential([l1]), new Sequential([l1])], "Linear at 0.0 and 1.0"],
    ["as a whole", () => [new Residual(act), act], "ReLU at 0.f and 1"],
    ["in the fields of one of one's own", () => [new Twice(l1, false)], "Linear at 0.f and 0.g"],
  ] as const)("%s", (_, layers, twice) => {
    const remedy = "make one for each place (sharing weights is not supported)";
    expect(() => new Sequential(layers())).toThrow(
      new ArgumentError("Sequential", `layers must be different objects, got the same ${twice}; ${remedy}`),
    );
  });

  test("in a list of layers", () => {
    class Listed extends Residual {
      readonly blocks: Module[] = [act, new Sigmoid(), act];
    }
    expect(() => new Sequential([new Listed(l1)])).toThrow("the same ReLU at 0.blocks.0 and 0.blocks.2");
  });
});

describe("two networks that share a layer", () => {
  const shared = linear(4, 4);
  const a = new Sequential([shared, new Sigmoid(), linear(4, 2, 2)]);
  const b = new Sequential([linear(3, 4, 3), shared]);
  const [xa, xb] = [input([5, 4]), input([5, 3])];

  test("may use it in turn: the gradients add up", () => {
    checkGradients(a, xa);
    checkGradients(b, xb);
    const gradient = (run: () => void): Float64Array => {
      shared.zeroGrad();
      run();
      return Float64Array.from(shared.weight.grad.data);
    };
    const runA = (): unknown => a.backward(a.forward(xa));
    const runB = (): unknown => b.backward(b.forward(xb));
    const [onlyA, onlyB] = [gradient(runA), gradient(runB)];
    const both = gradient(() => [runA(), runB()]);
    expectClose(
      both,
      onlyA.map((value, i) => value + onlyB[i]!),
      1e-12,
    );
  });

  test("must not both run before one is brought back", () => {
    const [ya] = [a.forward(xa), b.forward(xb)];
    expect(() => a.backward(ya.clone())).toThrow(
      "Linear.backward: its layers must not be called between forward and backward, got another forward of Linear",
    );
  });

  test("nor where it is the last, and one's own that asks for no help", () => {
    for (const last of [shared, new Cube(), new ShortCube(), new Sigmoid(), new Flatten()]) {
      const [one, other] = [1, 2].map((seed) => new Sequential([linear(4, 4, seed), last]));
      const y = one!.forward(xa).clone();
      one!.backward(y);
      one!.forward(xa);
      other!.forward(xa);
      expect(() => one!.backward(y)).toThrow(ArgumentError);
      expect(() => one!.backwardParameters(y)).toThrow(ArgumentError);
      other!.backward(y);
    }
  });

  test("may both run where it is a ReLU that each computes with its own Linear", () => {
    const relu = new ReLU();
    const [one, other] = [1, 2].map((seed) => new Sequential([linear(4, 4, seed), relu]));
    const dy = input([5, 4], 3);
    one!.forward(xa);
    const wanted = one!.backward(dy);
    one!.forward(xa);
    other!.forward(xa);
    expectSameBits(one!.backward(dy).data, wanted.data);
  });

  test("nor an LSTM behind two Embeddings", () => {
    const random = new RandomState(1);
    for (const layer of [
      new LSTM(3, 4, { random, returnSequences: true }),
      new GRU(3, 4, { random, returnSequences: true }),
    ]) {
      const build = (): Sequential =>
        new Sequential([new Embedding(9, 3, { random }), layer, new MaxOverTime()]);
      const [one, other] = [build(), build()];
      const tokens = Tensor.from([[1, 2, 3, 1]]);
      const y = one.forward(tokens).clone();
      other.forward(Tensor.from([[4, 4, 5, 1]]));
      expect(() => one.backwardParameters(y)).toThrow("got another forward of");
    }
  });

  test("an LSTM in turn behind two Embeddings has the gradients of both", () => {
    const random = new RandomState(1);
    const layer = new LSTM(3, 4, { random, dtype });
    const nets = [1, 2].map(() => new Sequential([new Embedding(9, 3, { random, dtype }), layer]));
    const batches = [
      [1, 2, 3, 1],
      [4, 4, 5, 1],
    ].map((row) => Tensor.from([row], undefined, dtype));
    const wanted = nets.map((net, i) => {
      net.zeroGrad();
      net.backwardParameters(net.forward(batches[i]!));
      return net.layers[0]!.namedParameters().get("weight")!.grad.clone();
    });
    for (const net of nets) net.zeroGrad();
    nets.forEach((net, i) => {
      net.backwardParameters(net.forward(batches[i]!));
    });
    nets.forEach((net, i) => {
      expectSameBits(net.layers[0]!.namedParameters().get("weight")!.grad.data, wanted[i]!.data);
    });
  });
});

describe("a gradient of an earlier result is refused", () => {
  const labels = [0, 1, 1];
  const [xa, xb] = [input([3, 4]), input([3, 4], 2)];
  const random = new RandomState(1);

  test.each([
    ["a layer", () => linear(4, 2)],
    ["a network", () => new Sequential([linear(4, 5), new ReLU(), linear(5, 2)])],
    ["one that ends in one's own", () => new Sequential([linear(4, 2), new Cube()])],
    ["one with dropout", () => new Sequential([linear(4, 2), new Dropout(0.5, { random })])],
    ["one inside another", () => new Sequential([new Sequential([linear(4, 2), new ReLU()])])],
  ] as const)("of %s, after a look at other data", (_, build) => {
    const model = build();
    for (const loss of [new CrossEntropyLoss(), new QuadraticLoss()]) {
      loss.forward(model.forward(xa), labels);
      model.forward(xb);
      expect(() => model.backward(loss.backward())).toThrow(
        /dy must belong to the last forward, got the gradient of an earlier one's result; call backward/,
      );
      model.eval().forward(xb);
      model.train();
      expect(() => model.backwardParameters(loss.backward())).toThrow(ArgumentError);
      loss.forward(model.forward(xa), labels);
      model.backward(loss.backward());
    }
  });

  test("of layers called by hand, through those behind", () => {
    const [first, flatten, second] = [linear(4, 4), new Flatten(), linear(4, 2)];
    const loss = new CrossEntropyLoss();
    loss.forward(second.forward(flatten.forward(first.forward(xa))), labels);
    first.forward(xb);
    const dh = flatten.backward(second.backward(loss.backward()));
    expect(() => first.backward(dh)).toThrow("dy must belong to the last forward");
  });

  test.each([
    ["Linear and ReLU", () => linear(4, 3), () => new ReLU(), [3, 4]],
    ["Linear", () => linear(4, 3), () => new Sigmoid(), [3, 4]],
    [
      "Conv2d and ReLU",
      () => new Conv2d(1, 1, 2, { random: new RandomState(1), dtype }),
      () => new ReLU(),
      [3, 4, 4, 1],
    ],
    ["MaxPool2d", () => new MaxPool2d(2), () => new Sigmoid(), [3, 4, 4, 1]],
  ] as const)("of a layer inside a network, called by itself: %s", (_, build, behind, shape) => {
    const inner: Module = build();
    const model = new Sequential([inner, behind()]);
    const y = model.forward(input(shape)).clone();
    inner.forward(input(shape, 2));
    expect(() => model.backward(y)).toThrow("its layers must not be called between forward and backward");
    model.forward(input(shape));
    model.backward(y);
  });

  test("of a layer that is called twice in one of one's own", () => {
    const x = input([6, 3]);
    const chained = new Twice(linear(3, 3), false);
    const y = chained.forward(x);
    expect(() => chained.backward(y)).toThrow("dy must belong to the last forward");
    const siamese = new Twice(linear(3, 3), true);
    const difference = siamese.forward(x);
    expect(difference.data.some((value) => value !== 0)).toBe(true);
    expect(() => siamese.backward(difference)).toThrow(
      "each backward must come before the next forward, got two forwards, then two backwards",
    );
    const shared = linear(3, 2);
    shared.forward(x);
    shared.forward(input([6, 3], 2));
    const dy = input([6, 2]);
    shared.backward(dy);
    expect(() => shared.backward(dy)).toThrow("got two forwards, then two backwards");
  });

  test("of a layer inside one of one's own that was called in between", () => {
    const inner = linear(3, 3);
    const model = new Sequential([linear(4, 3), new Residual(inner), linear(3, 2)]);
    const y = model.forward(input([5, 4]));
    inner.forward(input([5, 3]));
    expect(() => model.backward(y)).toThrow("its layers must not be called between forward and backward");
    model.backward(model.forward(input([5, 4])));
  });
});

describe("a gradient of somebody else's result is refused", () => {
  const x = input([4, 3]);
  const message =
    "dy must belong to the last forward, got the gradient of the result of another layer (Sequential)";

  test("of the network that a loss has seen last", () => {
    const [a, b] = [new Sequential([linear(3, 2)]), new Sequential([linear(3, 2, 2)])];
    const loss = new CrossEntropyLoss();
    loss.forward(a.forward(x), [0, 1, 0, 1]);
    loss.forward(b.forward(x), [0, 1, 0, 1]);
    const dy = loss.backward();
    expect(() => a.backward(dy)).toThrow(message);
    expect(() => a.backwardParameters(dy)).toThrow(message);
    expect(a.parameters().every(({ grad }) => grad.data.every((g) => g === 0))).toBe(true);
    b.backward(dy);
  });

  test("of a layer further in front, or behind", () => {
    const [first, second] = [linear(3, 3), linear(3, 3, 2)];
    const [h, y] = [first.forward(x), second.forward(first.forward(x))];
    expect(() => first.backward(y)).toThrow("got the gradient of the result of another layer (Linear)");
    expect(() => second.backward(h)).toThrow("got the gradient of the result of another layer (Linear)");
  });
});

/** Changes the gradient that it gets, and hands it back. */
class InPlace extends Module {
  override forward(x: Tensor): Tensor {
    return x.multiply(2);
  }
  override backward(dy: Tensor): Tensor {
    for (let i = 0; i < dy.size; i++) dy.data[i]! *= 2;
    return dy;
  }
  override outputShape(shape: Shape): Shape {
    return shape;
  }
}

describe("what is right stays possible", () => {
  test.each([
    ["a layer that hands back the gradient it got", () => [linear(3, 2), new InPlace()]],
    ["behind layers that are computed together", () => [linear(3, 2), new ReLU(), new InPlace()]],
    ["in a network inside", () => [new Sequential([linear(3, 2), new ReLU()]), new InPlace()]],
    ["two of them", () => [linear(3, 2), new InPlace(), new Sequential([new InPlace()])]],
  ])("%s", (_, layers) => {
    const model = new Sequential(layers());
    const loss = new QuadraticLoss();
    const x = input([4, 3]);
    const targets = Tensor.zeros([4, 2], dtype);
    for (let step = 0; step < 3; step++) {
      loss.forward(model.forward(x), targets);
      model.backward(loss.backward());
    }
    expect(model.parameters().some(({ grad }) => grad.data.some((g) => g !== 0))).toBe(true);
  });

  test("a second backward of one forward adds the same", () => {
    const model = new Sequential([linear(4, 5), new ReLU(), linear(5, 2)]);
    model.forward(input([3, 4]));
    const dy = input([3, 2]);
    const first = model.backward(dy).clone();
    const once = model.parameters().map(({ grad }) => grad.clone());
    expectSameBits(model.backward(dy).data, first.data);
    model.parameters().forEach(({ grad }, i) => {
      expectClose(grad.data, once[i]!.multiply(2).data, 1e-12);
    });
    expect(() => model.backward(input([3, 2], 5))).not.toThrow();
  });

  test("layers of one's own, inside networks and around them", () => {
    const x = input([3, 4]);
    for (const cube of [new Cube(), new ShortCube()]) {
      checkGradients(cube, x);
      checkGradients(new Sequential([linear(4, 3), cube, linear(3, 2)]), x);
    }
    const inner = new Sequential([linear(4, 4), new Sigmoid()]);
    checkGradients(new Sequential([new Residual(inner), linear(4, 2)]), x);
    checkGradients(new Residual(linear(4, 4)), x);
  });

  test("one that throws on the way leaves the forward before unusable", () => {
    const model = new Sequential([linear(4, 3), new ReLU(), linear(4, 2)]);
    expect(() => model.forward(input([3, 4]))).toThrow("x must be [N, 4], got [3, 3]");
    expect(() => model.backward(input([3, 2]))).toThrow("forward must be called first");
  });
});

describe("what a layer is made of is found in its fields", () => {
  class Gate extends Module {
    readonly scale = new Parameter("weight", [1], dtype);
    readonly blocks: Module[] = [linear(2, 3), new Dropout(0.5, { random: new RandomState(1) })];
    readonly tied = this.blocks[0]!;
    readonly random = new RandomState(3);
    net: Module | undefined;
    override forward(x: Tensor): Tensor {
      return x;
    }
    override backward(dy: Tensor): Tensor {
      return dy;
    }
    override outputShape(shape: Shape): Shape {
      return shape;
    }
  }

  test("parameters once each, settings, streams", () => {
    const gate = new Gate();
    expect([...gate.namedParameters().keys()]).toEqual(["scale", "blocks.0.weight", "blocks.0.bias"]);
    expect(gate.parameters().length).toBe(3);
    expect([...gate.namedSettings().keys()]).toEqual(["blocks.1.p"]);
    expect([...gate.namedStreams().keys()]).toEqual(["blocks.1.random", "random"]);
    expect([...gate.namedLayers().keys()]).toEqual(["blocks.0", "blocks.1", "tied"]);
  });

  test("also in maps, sets and plain objects, and the constants there", () => {
    class Heads extends Gate {
      readonly slope = 0.1;
      readonly heads = { a: linear(2, 3), deep: { b: [linear(2, 1)] } };
      readonly byName = new Map<string, unknown>([
        ["c", linear(2, 2)],
        ["rate", 3],
      ]);
      readonly all = new Set([new Parameter("bias", [4], dtype)]);
      readonly circle: unknown[] = [];
    }
    const heads = new Heads();
    heads.circle.push(heads.circle);
    expect([...heads.namedParameters().keys()].slice(3)).toEqual([
      ...["heads.a.weight", "heads.a.bias", "heads.deep.b.0.weight", "heads.deep.b.0.bias"],
      ...["byName.c.weight", "byName.c.bias", "all.0"],
    ]);
    expect(Object.fromEntries(heads.namedSettings())).toEqual({
      ...{ "blocks.1.p": 0.5, slope: 0.1, "byName.rate": 3 },
    });
    heads.eval();
    expect(heads.heads.deep.b[0]!.training).toBe(false);
  });

  test("eval reaches all of it, also where it has its network in a field", () => {
    const gate = new Gate();
    gate.net = gate;
    gate.eval();
    expect(gate.blocks.map(({ training }) => training)).toEqual([false, false]);
    expect([...gate.namedParameters().keys()].length).toBe(3);
    expect(() => new Sequential([gate])).toThrow("the same");
  });

  test("two layers may share a parameter, which then has the sum of both gradients", () => {
    const [one, other] = [linear(3, 3), linear(3, 3, 2)];
    Object.assign(other, { weight: one.weight });
    const model = new Sequential([one, new Sigmoid(), other]);
    expect([...model.namedParameters().keys()]).toEqual(["0.weight", "0.bias", "2.bias"]);
    checkGradients(model, input([4, 3]));
  });
});
