import { Workspace } from "scratch-nn/dist/tensor/Workspace";
import { expect, test } from "vitest";

test("the same shape and dtype is the same tensor", () => {
  const workspace = new Workspace();
  const first = workspace.take([2, 3], "float32");
  const [other, wide] = [workspace.take([3, 2], "float32"), workspace.take([2, 3], "float64")];
  expect(new Set([first, other, wide]).size).toBe(3);
  expect(workspace.take([2, 3], "float32")).toBe(first);
  expect(workspace.take([3, 2], "float32")).toBe(other);
});

test("three shapes are kept", () => {
  const workspace = new Workspace();
  const first = workspace.take([1], "float32");
  workspace.take([2], "float32");
  workspace.take([3], "float32");
  expect(workspace.take([1], "float32")).toBe(first);
  workspace.take([4], "float32");
  expect(workspace.take([1], "float32")).not.toBe(first);
});
