import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ArgumentError,
  Conv2d,
  CrossEntropyLoss,
  DataLoader,
  type DType,
  FileError,
  type FitOptions,
  fit as fitModel,
  Linear,
  loadModel,
  RandomState,
  ReLU,
  Sequential,
  SGD,
  Sigmoid,
  saveModel,
  Tensor,
} from "scratch-nn";
import { afterAll, describe, expect, test, vi } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../../lib/dist/formats/safetensors/safetensors";
import { blobs } from "../helpers/blobs";
import { expectSameBits } from "../helpers/expectSameBits";
import { randomTensor } from "../helpers/randomTensor";

const folder = mkdtempSync(join(tmpdir(), "saveModel-"));
afterAll(() => rmSync(folder, { recursive: true }));

function network(seed: number, { hidden = 17, dtype = "float32" as DType } = {}): Sequential {
  const random = new RandomState(seed);
  return new Sequential([
    new Linear(5, hidden, { random, dtype, biasInit: "standardNormal" }),
    new ReLU(),
    new Linear(hidden, 3, { random, dtype, biasInit: "standardNormal" }),
  ]);
}

/** Where a small network was saved. */
function saved(name: string): string {
  const path = join(folder, name);
  saveModel(network(1), path);
  return path;
}

describe("a model saved and loaded", () => {
  test.each(["float32", "float64"] as const)("gives the same logits to the bit in %s", (dtype) => {
    const path = join(folder, `deep/in/${dtype}.safetensors`);
    const model = network(1, { dtype });
    saveModel(model, path);
    const other = network(2, { dtype });
    expect(loadModel(other, path)).toBe(other);
    const x = randomTensor([9, 5], { dtype });
    expectSameBits(other.forward(x).data, model.forward(x).data);
    expect(readdirSync(join(folder, "deep/in")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("goes to the folder for outputs where the path is relative", () => {
    vi.stubEnv("SCRATCH_NN_OUTPUT", folder);
    try {
      saveModel(network(1), "models/relative.safetensors");
      expect(existsSync(join(folder, "models/relative.safetensors"))).toBe(true);
      loadModel(network(2), "models/relative.safetensors");
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("has the same bytes every time, with the names and the architecture", () => {
    const [one, other] = [readFileSync(saved("one")), readFileSync(saved("other"))];
    expect(one.equals(other)).toBe(true);
    const { tensors, metadata } = decodeSafetensors(one, "one");
    expect([...tensors.keys()].sort()).toEqual(["0.bias", "0.weight", "2.bias", "2.weight"]);
    expect(tensors.get("0.weight")).toMatchObject({ shape: [5, 17], dtype: "float32" });
    expect(metadata).toEqual({ architecture: "Linear, ReLU, Linear" });
  });

  test("may be a single layer, or a file of another program whose layout is said", () => {
    const path = join(folder, "layer");
    const layer = new Linear(2, 1, { random: new RandomState(1) });
    saveModel(layer, path);
    const bare = encodeSafetensors(decodeSafetensors(readFileSync(path), path).tensors);
    writeFileSync(path, bare);
    const other = new Linear(2, 1, { random: new RandomState(2) });
    loadModel(other, path, { layout: "scratch-nn" });
    expectSameBits(other.weight.value.data, layer.weight.value.data);
  });
});

describe("PyTorch's weights", () => {
  const { tensors } = decodeSafetensors(
    encodeSafetensors({
      "0.weight": { dtype: "float32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
      "0.bias": { dtype: "float32", shape: [2], data: Float32Array.of(5, 6) },
      "2.weight": { dtype: "float32", shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
      "2.bias": { dtype: "float32", shape: [3], data: Float32Array.of(7, 8, 9) },
    }),
    "torch",
  );
  const path = join(folder, "torch.safetensors");
  writeFileSync(path, encodeSafetensors(tensors, { format: "pt" }));
  const build = (): Sequential => {
    const random = new RandomState(1);
    return new Sequential([new Linear(2, 2, { random }), new ReLU(), new Linear(2, 3, { random })]);
  };

  test("are refused where nobody says so, and turned where somebody does", () => {
    expect(() => loadModel(build(), path)).toThrow(
      new FileError(
        path,
        "expected a file that says how its weights lie, as saveModel's do, got one that does not; " +
          'give { layout: "pytorch" } for weights [out, in], { layout: "scratch-nn" } for [in, out]',
      ),
    );
    const model = loadModel(build(), path, { layout: "pytorch" });
    // x Wᵀ + b by hand: [1·1 + 2·2 + 5, 3·1 + 4·2 + 6] = [10, 17], then [1·10 + 2·17 + 7, …].
    expect(model.forward(Tensor.from([[1, 2]])).toArray()).toEqual([[51, 106, 161]]);
    expect(() => loadModel(build(), path, { layout: "scratch-nn" })).toThrow(
      new FileError(path, "expected 2.weight to be [2, 3], got [3, 2]"),
    );
  });

  test("are read for Linear layers only, and of no file of ours", () => {
    const random = new RandomState(1);
    const convolution = new Sequential([new Conv2d(1, 1, 1, { random })]);
    expect(() => loadModel(convolution, path, { layout: "pytorch" })).toThrow(
      new ArgumentError("loadModel", 'layout "pytorch" must be for Linear layers, got a Conv2d'),
    );
    const ours = saved("ours");
    expect(() => loadModel(network(1), ours, { layout: "pytorch" })).toThrow(
      new FileError(ours, "expected a file of PyTorch, got one of scratch-nn; leave the layout out"),
    );
    expect(() => loadModel(build(), path, { layout: "keras" as "pytorch" })).toThrow(
      new ArgumentError("loadModel", 'layout must be "scratch-nn" or "pytorch", got "keras"'),
    );
  });
});

describe("of a checkpoint", () => {
  async function train(name: string, change: Partial<FitOptions>): Promise<[Sequential, string]> {
    const random = new RandomState(1);
    const model = new Sequential([new Linear(4, 8, { random }), new ReLU(), new Linear(8, 3, { random })]);
    const path = join(folder, name);
    await fitModel(model, {
      loss: new CrossEntropyLoss(),
      optimizer: new SGD(model.parameters(), { learningRate: 0.5, momentum: 0.9 }),
      train: new DataLoader(blobs(), { batchSize: 16, shuffle: random }),
      validation: new DataLoader(blobs({ seed: 5 }), { batchSize: 30 }),
      epochs: 30,
      checkpoint: { path },
      ...change,
    });
    return [model, path];
  }

  const stopping = new AbortController();
  const stopAt = (last: number) => (): void => {
    if (--last === 0) stopping.abort();
  };

  test.each([
    ["over", { earlyStopping: { patience: 3 } }],
    ["over, without best weights", { earlyStopping: { patience: 3, restoreBest: false } }],
    ["not stopped early", { epochs: 2 }],
    ["interrupted", { onStep: stopAt(9), signal: stopping.signal }],
  ])("the weights are those that fit left: %s", async (name, change) => {
    const [model, path] = await train(name, change);
    const random = new RandomState(2);
    const other = new Sequential([new Linear(4, 8, { random }), new ReLU(), new Linear(8, 3, { random })]);
    loadModel(other, path);
    other.parameters().forEach(({ value }, i) => {
      expectSameBits(value.data, model.parameters()[i]!.value.data);
    });
  });
});

describe("a file is refused, and the model left as it was,", () => {
  const path = saved("good.safetensors");

  function refused(model: Sequential, file: string, message: string): void {
    const before = model.parameters().map(({ value }) => value.clone());
    expect(() => loadModel(model, file)).toThrow(new FileError(file, message));
    model.parameters().forEach(({ value }, i) => {
      expectSameBits(value.data, before[i]!.data);
    });
  }

  test("if it is of other layers", () => {
    const random = new RandomState(1);
    const other = new Sequential([
      new Linear(5, 17, { random }),
      new Sigmoid(),
      new Linear(17, 3, { random }),
    ]);
    refused(
      other,
      path,
      "expected the parameters of Linear, Sigmoid, Linear, got those of Linear, ReLU, Linear",
    );
  });

  test("if it is of other sizes", () => {
    refused(network(2, { hidden: 16 }), path, "expected 0.weight to be [5, 16], got [5, 17]");
  });

  test("if it is of another dtype", () => {
    refused(network(2, { dtype: "float64" }), path, "expected 0.weight to be float64, got float32");
  });

  test("if a parameter is missing, or one too many", () => {
    const { tensors, metadata } = decodeSafetensors(readFileSync(path), path);
    const changed = join(folder, "changed");
    const bias = tensors.get("2.bias")!;
    tensors.delete("2.bias");
    writeFileSync(changed, encodeSafetensors(tensors, metadata));
    refused(network(2), changed, "expected a tensor 2.bias, got none");
    tensors.set("2.bias", bias).set("3.bias", bias);
    writeFileSync(changed, encodeSafetensors(tensors, metadata));
    refused(network(2), changed, "the model has no parameter 3.bias");
  });

  test("if it is cut off", () => {
    const cut = join(folder, "cut");
    const bytes = readFileSync(path);
    writeFileSync(cut, bytes.subarray(0, -100));
    const count = 4 * (5 * 17 + 17 + 17 * 3 + 3);
    refused(network(2), cut, `expected ${count} bytes of data, got ${count - 100} (truncated?)`);
    for (const length of [0, 4, 30]) {
      writeFileSync(cut, bytes.subarray(0, length));
      expect(() => loadModel(network(2), cut)).toThrow(FileError);
    }
  });

  test("if it is not there, or has no name", () => {
    const none = join(folder, "none");
    refused(network(2), none, `no such file; looked at ${none}`);
    refused(
      network(2),
      folder,
      "expected a readable file, got: EISDIR: illegal operation on a directory, read",
    );
    expect(() => loadModel(network(2), "")).toThrow(new ArgumentError("loadModel", "path must not be empty"));
  });
});

describe("a save that fails", () => {
  test("leaves the old file as it was, and nothing else", () => {
    mkdirSync(join(folder, "failed"));
    const path = saved("failed/model");
    const before = readFileSync(path);
    for (const step of ["writeFileSync", "fsyncSync", "renameSync"] as const) {
      const spy = vi.spyOn(fs, step).mockImplementation(() => {
        throw new Error("ENOSPC: no space left on device");
      });
      try {
        expect(() => saveModel(network(3), path)).toThrow(
          new FileError(path, "could not be written: ENOSPC: no space left on device"),
        );
        expect(spy).toHaveBeenCalledOnce();
      } finally {
        spy.mockRestore();
      }
      expect(readFileSync(path).equals(before)).toBe(true);
      expect(readdirSync(join(folder, "failed"))).toEqual(["model"]);
    }
  });

  test("names the file where a folder is in the way", () => {
    const path = join(folder, "taken");
    mkdirSync(join(path, "inside"), { recursive: true });
    expect(() => saveModel(network(1), path)).toThrow(FileError);
    expect(existsSync(join(path, "inside"))).toBe(true);
    expect(() => saveModel(network(1), join(saved("file"), "below"))).toThrow(
      /below: could not be written: /,
    );
  });
});

test("a path that is none, and a model whose file has changed by a bit", () => {
  const call = saveModel as (...args: unknown[]) => void;
  expect(() => call(network(1))).toThrow(
    new ArgumentError("saveModel", 'path must be a text such as "models/x", got undefined'),
  );
  const path = saved("flipped");
  const bytes = readFileSync(path);
  bytes[bytes.length - 2] ^= 1;
  writeFileSync(path, bytes);
  expect(() => loadModel(network(1), path)).toThrow(
    /: expected the checksum .*: the file has changed since it was written$/,
  );
});
