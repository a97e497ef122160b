import {
  ArgumentError,
  Dropout,
  type DType,
  Linear,
  Module,
  RandomState,
  type RandomStateData,
  ReLU,
  Sequential,
  type Shape,
  ShapeError,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { kernels } from "../../lib/dist/kernels/load";
import { reuse } from "../../lib/dist/tensor/reuse";
import { checkGradients } from "../helpers/checkGradients";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";
import { withThreads } from "../helpers/withThreads";

function dropout(p: number, seed = 1): Dropout {
  return new Dropout(p, { random: new RandomState(seed) });
}

function ones(shape: Shape, dtype: DType = "float32"): Tensor {
  const tensor = Tensor.zeros(shape, dtype);
  tensor.data.fill(1);
  return tensor;
}

/** The first words of Philox under a key, found by asking for each bit of them whether it is above a threshold. */
function words(key0: number, key1: number, count: number): number[] {
  const x = ones([count]);
  const y = Tensor.zeros([count], "float32");
  const found = new Array<number>(count).fill(0);
  for (let bit = 31; bit >= 0; bit--) {
    for (let i = 0; i < count; i++) {
      const tried = found[i]! + 2 ** bit;
      kernels("float32").dropout(0, count, x.data.byteOffset, y.data.byteOffset, tried, 1, key0, key1);
      if (y.data[i] === 1) found[i] = tried;
    }
  }
  return found;
}

/** Philox4x32-10 of counter (block, 0, 0, 0), in big integers. */
function philox(block: number, key0: number, key1: number): number[] {
  const mask = 0xffffffffn;
  let [c0, c1, c2, c3] = [BigInt(block), 0n, 0n, 0n];
  let [k0, k1] = [BigInt(key0), BigInt(key1)];
  for (let round = 0; round < 10; round++) {
    const [p0, p1] = [c0 * 0xd2511f53n, c2 * 0xcd9e8d57n];
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & mask, (p0 >> 32n) ^ c3 ^ k1, p0 & mask];
    [k0, k1] = [(k0 + 0x9e3779b9n) & mask, (k1 + 0xbb67ae85n) & mask];
  }
  return [c0, c1, c2, c3].map(Number);
}

describe("the masks", () => {
  test("are Philox4x32-10's words", () => {
    // The first line of the known answers of Random123, its authors' library: counter 0, key 0.
    expect(philox(0, 0, 0)).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    for (const [key0, key1] of [
      [0, 0],
      [0xffffffff, 0x80000000],
    ] as const) {
      const got = words(key0, key1, 35);
      for (let i = 0; i < got.length; i++) {
        const [block, word] = [4 * Math.floor(i / 16) + (i % 4), Math.floor((i % 16) / 4)];
        expect(got[i], `word ${i}`).toBe(philox(block, key0, key1)[word]);
      }
    }
  });

  test("come from the stream, two words each", () => {
    const layer = dropout(0.5, 7);
    layer.forward(ones([100]));
    layer.forward(ones([1000]));
    const random = new RandomState(7);
    random.randint(0, 2 ** 32, 4);
    expect(layer.random.getState()).toEqual(random.getState());
  });

  test("are the same for the same seed and others for another, and change from call to call", () => {
    const [one, same, other] = [dropout(0.5, 3), dropout(0.5, 3), dropout(0.5, 4)];
    const x = ones([10, 20]);
    const first = one.forward(x).clone();
    expectSameBits(same.forward(x).data, first.data);
    expect([...other.forward(x).data]).not.toEqual([...first.data]);
    const second = one.forward(x).clone();
    expect([...second.data]).not.toEqual([...first.data]);
    expectSameBits(same.forward(x).data, second.data);
  });

  test("are the same in both dtypes and for every number of samples", () => {
    const long = dropout(0.3).forward(ones([200])).data;
    for (const size of [1, 3, 17, 65]) {
      for (const dtype of ["float32", "float64"] as const) {
        const y = dropout(0.3).forward(ones([size], dtype)).data;
        expect([...y].map(Boolean)).toEqual([...long.subarray(0, size)].map(Boolean));
      }
    }
  });

  test("have the same bits on 1, 2 and 3 threads", async () => {
    for (const dtype of ["float32", "float64"] as const) {
      const x = randomTensor([100_003], { dtype });
      const results: Tensor[] = [];
      for (const count of [1, 2, 3]) {
        await withThreads(count, () => {
          const layer = dropout(0.4);
          results.push(layer.forward(x).clone(), layer.backward(x).clone());
        });
      }
      for (const result of results) expectSameBits(result.data, results[0]!.data);
    }
  });
});

describe("while learning", () => {
  test.each([0.1, 0.5, 0.9])("p = %f: a value is 0 or x / (1 − p), and the mean stays", (p) => {
    const count = 1_000_000;
    const y = dropout(p).forward(ones([count], "float64"));
    const kept = y.data.filter((value) => value !== 0);
    expect(new Set(kept)).toEqual(new Set([1 / (1 - p)]));
    // Five standard deviations.
    expect(Math.abs(kept.length / count - (1 - p))).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / count));
    expect(Math.abs(y.mean().data[0]! - 1)).toBeLessThan(5 * Math.sqrt(p / (1 - p) / count));
  });

  test("neighbours, rows and masks in a row are independent", () => {
    const count = 500_000;
    const layer = dropout(0.5);
    const one = layer.forward(ones([count])).clone().data;
    const two = layer.forward(ones([count])).data;
    const agree = (a: ArrayLike<number>, b: ArrayLike<number>, shift: number): number => {
      let same = 0;
      for (let i = 0; i + shift < count; i++) if (a[i] === b[i + shift]) same++;
      return same / (count - shift);
    };
    for (const shift of [1, 2, 4, 16, 128]) expect(Math.abs(agree(one, one, shift) - 0.5)).toBeLessThan(4e-3);
    expect(Math.abs(agree(one, two, 0) - 0.5)).toBeLessThan(4e-3);
  });

  test("backward goes through the mask of the last forward", () => {
    const layer = dropout(0.5);
    const x = ones([65, 3]);
    for (let call = 0; call < 2; call++) {
      const y = layer.forward(x).clone();
      const dy = randomTensor([65, 3]);
      const dx = layer.backward(dy);
      expect([...dx.data]).toEqual(Array.from(dy.data, (d, i) => d * y.data[i]! || 0));
    }
  });

  test("a dropped value is 0 whatever it was", () => {
    const x = Tensor.from([Number.NaN, Infinity, -1, Number.NaN, Infinity, -1, -2, -3]);
    const [y, mask] = [dropout(0.5, 2).forward(x), dropout(0.5, 2).forward(ones([8]))];
    expect([...mask.data]).toContain(0);
    mask.data.forEach((kept, i) => {
      if (kept === 0) expect(y.data[i]).toBe(0);
    });
  });

  test("a p next to 1 drops nearly everything", () => {
    const { data } = dropout(1 - 2 ** -50).forward(ones([10_000]));
    expect(data.some(Boolean)).toBe(false);
  });
});

/** A layer whose streams begin anew at every `forward`, so that it is a function. */
class Repeated extends Module {
  private readonly layer: Dropout;
  private readonly state: RandomStateData;
  constructor(layer: Dropout) {
    super();
    this.layer = layer;
    this.state = layer.random.getState();
  }
  override forward(x: Tensor): Tensor {
    this.layer.random.setState(this.state);
    return this.layer.forward(x);
  }
  override backward(dy: Tensor): Tensor {
    return this.layer.backward(dy);
  }
  override outputShape(shape: Shape): Shape {
    return this.layer.outputShape(shape);
  }
}

test.each([1, 3, 17, 65])("its gradient is that of central differences, %i columns", (columns) => {
  checkGradients(new Repeated(dropout(0.3)), randomTensor([5, columns], { dtype: "float64" }));
  const random = new RandomState(5);
  const model = new Sequential([
    new Linear(columns, 4, { random, dtype: "float64" }),
    new ReLU(),
    new Repeated(dropout(0.3)),
    new Linear(4, 3, { random, dtype: "float64" }),
  ]);
  checkGradients(model, randomTensor([5, columns], { dtype: "float64" }));
});

describe("in evaluation", () => {
  test("is the identity and draws nothing, alone and in a Sequential", () => {
    const layer = dropout(0.5);
    const model = new Sequential([layer]).eval();
    const before = layer.random.getState();
    const x = randomTensor([4, 5]);
    expect(model.forward(x)).toBe(x);
    expect(model.backward(x)).toBe(x);
    expect(layer.random.getState()).toEqual(before);
    model.train();
    expect(model.forward(x)).not.toBe(x);
  });

  test("with p = 0 it is the identity while learning too", () => {
    const x = randomTensor([4, 5]);
    expect(dropout(0).forward(x)).toBe(x);
  });
});

test("uses its tensors again in the steps of a training", () => {
  const layer = dropout(0.5);
  const x = ones([4, 5]);
  const step = () => reuse(() => [layer.forward(x), layer.backward(x)]);
  const first = step();
  step().forEach((tensor, i) => {
    expect(tensor).toBe(first[i]);
  });
});

test("its stream has a name in a network", () => {
  const [one, two] = [dropout(0.5), dropout(0.5)];
  const model = new Sequential([one, new ReLU(), new Sequential([new ReLU(), two])]);
  expect([...model.namedStreams()]).toEqual([
    ["0.random", one.random],
    ["2.1.random", two.random],
  ]);
});

describe("refuses", () => {
  test("a p outside [0, 1)", () => {
    for (const p of [-0.1, 1, Number.NaN]) {
      expect(() => dropout(p)).toThrow(new ArgumentError("Dropout", `p must be in [0, 1), got ${p}`));
    }
  });

  test("a gradient before a forward, or of another shape or dtype", () => {
    const layer = dropout(0.5);
    expect(() => layer.backward(ones([1]))).toThrow(
      new ArgumentError("Dropout.backward", "forward must be called first"),
    );
    layer.forward(ones([2, 3]));
    expect(() => layer.backward(ones([3, 2]))).toThrow(
      new ShapeError("Dropout.backward", "dy must be [2, 3], got [3, 2]"),
    );
    expect(() => layer.backward(ones([2, 3], "float64"))).toThrow(ArgumentError);
  });
});
