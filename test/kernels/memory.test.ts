import { createRequire } from "node:module";
import { EnvironmentError, memoryBytes, Tensor } from "scratch-nn";
import { describe, expect, test, vi } from "vitest";
import { allocate, allocateBytes, allocateInt32, memory } from "../../lib/dist/kernels/memory";
import { collectGarbage } from "../helpers/collectGarbage";

const MIB = 2 ** 20;

/** What Node's types leave out. */
interface Descriptor {
  readonly maximum: number;
}
interface Engine {
  Memory: new (descriptor: Descriptor) => object;
}

test("a block starts at a multiple of 64, is zero, and is nobody else's", () => {
  const blocks = [1, 3, 16, 17, 1000].flatMap((length) => [
    allocate("float32", length),
    allocate("float64", length),
    allocateInt32(length),
    allocateBytes(length),
  ]);
  for (const block of blocks) {
    expect(block.byteOffset % 64).toBe(0);
    expect(block.byteOffset).toBeGreaterThan(0);
    expect(block.every((value) => value === 0)).toBe(true);
  }
  blocks.forEach((block, i) => {
    block.fill(i + 1);
  });
  blocks.forEach((block, i) => {
    expect(block.every((value) => value === i + 1)).toBe(true);
  });
  expect(allocate("float32", 0)).toHaveLength(0);
});

test("views stay valid while the memory grows", () => {
  const early = Tensor.full([1000], 3);
  const before = memoryBytes();
  const large = Tensor.ones([Math.ceil(before / 4) + MIB]);
  expect(memoryBytes()).toBeGreaterThan(before);
  expect(early.data.every((value) => value === 3)).toBe(true);
  expect(large.data.at(-1)).toBe(1);
});

describe("the garbage collector gives blocks back", () => {
  test("a freed block is used again, and cleared", async () => {
    const length = 12_345;
    const offsets = new Set(
      Array.from({ length: 20 }, () => Tensor.full([length], 9)).map((tensor) => tensor.data.byteOffset),
    );
    await collectGarbage();
    const again = Tensor.zeros([length]);
    expect(offsets).toContain(again.data.byteOffset);
    expect(again.data.every((value) => value === 0)).toBe(true);
  });

  test("a tensor that is held keeps its block, also through reshape", async () => {
    const held = Tensor.full([64, 64], 2).reshape([4096]);
    await collectGarbage();
    for (let i = 0; i < 50; i++) Tensor.full([4096], 1);
    expect(held.data.every((value) => value === 2)).toBe(true);
  });

  test("a loop that makes 2 GiB of tensors stays below one", async () => {
    await collectGarbage();
    const before = memoryBytes();
    let sum = 0;
    for (let i = 0; i < 1000; i++) {
      sum += Tensor.ones([MIB / 2]).data[i]!;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sum).toBe(1000);
    expect(memoryBytes() - before).toBeLessThan(1024 * MIB);
  });
});

describe("when memory runs out", () => {
  test("an allocation says how much is taken and what to do", () => {
    const grow = vi.spyOn(memory, "grow").mockImplementation(() => {
      throw new RangeError("no more");
    });
    try {
      const tooMuch = (): Tensor => Tensor.zeros([memoryBytes() / 4 + 1]);
      expect(tooMuch).toThrow(EnvironmentError);
      expect(tooMuch).toThrow(
        /^memory: tensors take \d+ MiB and no more can be had; drop the ones you no longer/,
      );
    } finally {
      grow.mockRestore();
    }
    expect(Tensor.ones([10]).size).toBe(10);
  });

  test("no 64 MiB to reserve is an error of its own; half as much as asked for is taken where there is no more", () => {
    const require = createRequire(__filename);
    const file = require.resolve("../../lib/dist/kernels/memory");
    const loaded = require.cache[file];
    const engine = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;
    const Memory = engine.Memory;
    const maxima: number[] = [];
    /** A fresh copy of the module, in an engine that reserves no more than that many pages. */
    const loadWith = (limit: number): void => {
      class Limited extends Memory {
        constructor(descriptor: Descriptor) {
          maxima.push(descriptor.maximum);
          if (descriptor.maximum > limit) throw new RangeError("could not allocate memory");
          super(descriptor);
        }
      }
      engine.Memory = Limited;
      delete require.cache[file];
      try {
        require(file);
      } finally {
        engine.Memory = Memory;
        require.cache[file] = loaded;
      }
    };
    loadWith(20_000);
    expect(maxima).toEqual([65536, 32768, 16384]);
    const message = "memory: cannot reserve 64 MiB of memory (RangeError: could not allocate memory)";
    expect(() => loadWith(100)).toThrow(message);
  });
});
