import { createRequire } from "node:module";
import { EnvironmentError, memoryBytes, Tensor } from "scratch-nn";
import { beforeEach, describe, expect, test, vi } from "vitest";
import * as kernelMemory from "../../lib/dist/kernels/memory";

const { allocate, allocateBytes, allocateInt32, memory } = kernelMemory;

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

test("a tensor that is held keeps its block, also through reshape, and so does one over a part of another", () => {
  const held = Tensor.full([64, 64], 2).reshape([4096]);
  const part = new Tensor(Tensor.full([64, 64], 3).data.subarray(64, 128), [64]);
  for (let i = 0; i < 300; i++) Tensor.full([MIB / 4], 1);
  expect(held.data.every((value) => value === 2)).toBe(true);
  expect(part.data.every((value) => value === 3)).toBe(true);
});

/** A fresh copy of the module, in an engine that reserves no more than that many pages, and the pages asked for. */
function loadWith(limit: number): { copy: typeof kernelMemory; maxima: number[] } {
  const require = createRequire(__filename);
  const file = require.resolve("../../lib/dist/kernels/memory");
  const loaded = require.cache[file];
  const engine = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;
  const Memory = engine.Memory;
  const maxima: number[] = [];
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
    return { copy: require(file) as typeof kernelMemory, maxima };
  } finally {
    engine.Memory = Memory;
    require.cache[file] = loaded;
  }
}

describe("in one job, without a turn of the event loop, 128 MiB", () => {
  let copy: typeof kernelMemory;
  beforeEach(() => {
    copy = loadWith(2048).copy;
  });

  test("serve a loop that makes 4 GiB and holds 20 MiB", () => {
    const held = Array.from({ length: 10 }, (_, i) => copy.allocate("float32", MIB / 2).fill(i));
    let sum = 0;
    for (let i = 0; i < 1000; i++) {
      const array = copy.allocateUnset("float32", MIB);
      array[i] = 1;
      sum += array[i]!;
    }
    expect(sum).toBe(1000);
    held.forEach((array, i) => {
      expect(array.every((value) => value === i)).toBe(true);
    });
  });

  test("serve one array at a time of 1, 2, … 60 MiB, and the same backwards: neighbours join again", () => {
    const sizes = Array.from({ length: 60 }, (_, i) => (i + 1) * MIB);
    for (const size of [...sizes, ...sizes.reverse()])
      expect(copy.allocateUnset("float32", size / 4)).toHaveLength(size / 4);
  });

  test("serve working space that grows", () => {
    let own = copy.allocateScratch(64);
    for (let bytes = MIB; bytes <= 24 * MIB; bytes += MIB) own = copy.allocateScratch(bytes);
    expect(own).toHaveLength(24 * MIB);
  });

  test("are not given twice", () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    const held: Uint8Array[] = [];
    for (let i = 0; i < 3000; i++) {
      const place = random(40);
      const old = held[place];
      if (old) expect([old[0], old.at(-1)]).toEqual([place, place]);
      held[place] = copy.allocateBytes(1 + random(random(10) === 0 ? MIB : 5000)).fill(place);
    }
    const blocks = held.map(({ byteOffset, length }) => [byteOffset, byteOffset + length] as const);
    blocks.sort(([a], [b]) => a - b);
    blocks.slice(1).forEach(([begin], i) => {
      expect(begin).toBeGreaterThanOrEqual(blocks[i]![1]);
    });
  });

  test("an array is not given away before the second collection: its pointer may be in somebody's hand", () => {
    const pointer = copy.allocateBytes(60 * MIB).byteOffset;
    const scratch = copy.allocateScratch(60 * MIB);
    expect(scratch.byteOffset).toBeGreaterThan(pointer);
    expect(() => loadWith(2048).copy.allocateScratch(130 * MIB)).toThrow("130 MiB were asked for");
    expect(copy.allocateScratch(60 * MIB).byteOffset).toBe(pointer);
  });
});

describe("when memory runs out", () => {
  test("an allocation says what was asked for, what is held and what to do", () => {
    const { copy } = loadWith(2048);
    const held = copy.allocateBytes(100 * MIB);
    const tooMuch = (): object => copy.allocateBytes(50 * MIB);
    expect(tooMuch).toThrow(
      "memory: 50 MiB were asked for, 28 MiB are left in one piece: 100 MiB of 128 MiB are held by 1 arrays; " +
        "drop tensors that are no longer needed, or use smaller batches, a part of the data or float32",
    );
    expect(held[0]).toBe(0);
    expect(copy.allocateBytes(10)).toHaveLength(10);
  });

  test("a tensor larger than any memory is refused before anything is tried", () => {
    const grow = vi.spyOn(memory, "grow");
    const most = Number.MAX_SAFE_INTEGER;
    for (const shape of [
      [1e6, 1e6],
      [2 ** 31, 2 ** 31, 3],
      [2 ** 30 + 1],
      Array.from({ length: 30 }, () => most),
    ]) {
      expect(() => Tensor.zeros(shape)).toThrow(EnvironmentError);
    }
    expect(Tensor.zeros([most, most, 0, most]).size).toBe(0);
    expect(Tensor.zeros([...Array.from({ length: 30 }, () => most), 0]).size).toBe(0);
    expect(() => Tensor.zeros([1e6, 1e6])).toThrow("3,814,697 MiB were asked for");
    expect(grow).not.toHaveBeenCalled();
    grow.mockRestore();
  });

  test("no 64 MiB to reserve is an error of its own; half as much as asked for is taken where there is no more", () => {
    expect(loadWith(20_000).maxima).toEqual([65536, 32768, 16384]);
    const message = "memory: cannot reserve 64 MiB of memory (RangeError: could not allocate memory)";
    expect(() => loadWith(100)).toThrow(message);
  });
});
