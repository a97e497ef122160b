import { type Tensor, Workspace } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { currentStep, reuse, reused } from "../../lib/dist/tensor/reuse";
import { RowScratch, Scratch } from "../../lib/dist/tensor/Scratch";

describe("a Workspace", () => {
  test("gives a new tensor every time", () => {
    const workspace = new Workspace();
    const first = workspace.take([2, 3], "float32");
    const second = workspace.take([2, 3], "float32");
    expect(second).not.toBe(first);
    first.data.fill(1);
    expect([...second.data]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("gives in a step what it gave in the one before, by shape and dtype", () => {
    const workspace = new Workspace();
    const step = () =>
      reuse(() => [
        workspace.take([2, 3], "float32"),
        workspace.take([3, 2], "float32"),
        workspace.take([2, 3], "float64"),
      ]);
    const first = step();
    expect(new Set(first).size).toBe(3);
    step().forEach((tensor, i) => {
      expect(tensor).toBe(first[i]);
    });
  });

  test("gives no tensor twice in one step, nor in a step inside it", () => {
    const workspace = new Workspace();
    const take = (): Tensor => workspace.take([2], "float32");
    const pair = () => reuse(() => [take(), reuse(take), take()]);
    const first = pair();
    expect(new Set(first).size).toBe(3);
    expect(new Set([...first, ...pair()]).size).toBe(3);
  });

  test("in a step gives none that belongs to somebody else", () => {
    const workspace = new Workspace();
    const mine = workspace.take([2], "float32");
    const inside = reuse(() => workspace.take([2], "float32"));
    expect(inside).not.toBe(mine);
    expect(workspace.take([2], "float32")).not.toBe(inside);
  });

  test("keeps four shapes, the one not asked for the longest goes", () => {
    const workspace = new Workspace();
    const take = (length: number): Tensor => reuse(() => workspace.take([length], "float32"));
    const tensors = [1, 2, 3, 4].map(take);
    [1, 2, 3, 4].forEach((length, i) => {
      expect(take(length)).toBe(tensors[i]);
    });
    expect(take(1)).toBe(tensors[0]);
    take(5);
    expect(take(1)).toBe(tensors[0]);
    expect(take(2)).not.toBe(tensors[1]);
  });
});

test("scratch of the same shape is the same tensor, in a step or not", () => {
  const scratch = new Scratch();
  const first = scratch.take([2], "float32");
  expect(scratch.take([2], "float32")).toBe(first);
  expect(reuse(() => [scratch.take([2], "float32"), scratch.take([2], "float32")])).toEqual([first, first]);
  const rows = new RowScratch();
  const { byteOffset } = rows.take(5, 2, "float64").data;
  expect(rows.take(3, 2, "float64").data.byteOffset).toBe(byteOffset);
});

describe("a step", () => {
  test("ends where its work throws", () => {
    const fail = (): never => {
      throw new Error("no");
    };
    expect(() => reuse(fail)).toThrow("no");
    expect(currentStep()).toBe(0);
  });

  test("does not reach into the loop over what is made in it", () => {
    let closed = false;
    function* steps(): Generator<number> {
      try {
        for (;;) yield currentStep();
      } finally {
        closed = true;
      }
    }
    const seen: number[] = [];
    for (const step of reused(steps())) {
      expect(currentStep()).toBe(0);
      expect(step).toBeGreaterThan(0);
      seen.push(step);
      if (seen.length === 3) break;
    }
    expect(new Set(seen).size).toBe(3);
    expect(closed).toBe(true);
  });
});
