import type { Tensor } from "scratch-nn";
import { expect, test } from "vitest";
import { Workspace } from "../../lib/dist/tensor/Workspace";

test("the same shape and dtype is the same tensor", () => {
  const workspace = new Workspace();
  const first = workspace.take([2, 3], "float32");
  const [other, wide] = [workspace.take([3, 2], "float32"), workspace.take([2, 3], "float64")];
  expect(new Set([first, other, wide]).size).toBe(3);
  expect(workspace.take([2, 3], "float32")).toBe(first);
  expect(workspace.take([3, 2], "float32")).toBe(other);
});

test("four shapes are kept, the one not asked for the longest goes", () => {
  const workspace = new Workspace();
  const take = (length: number): Tensor => workspace.take([length], "float32");
  const tensors = [1, 2, 3, 4].map(take);
  [1, 2, 3, 4].forEach((length, i) => {
    expect(take(length)).toBe(tensors[i]);
  });
  expect(take(1)).toBe(tensors[0]);
  take(5);
  expect(take(1)).toBe(tensors[0]);
  expect(take(2)).not.toBe(tensors[1]);
});
