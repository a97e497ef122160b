import { ScratchError, ShapeError } from "scratch-nn";
import { expect, test } from "vitest";

test("an error names its class and says where and what", () => {
  const error = new ShapeError("Linear.forward", "x must be [N, 784], got [64, 28, 28]");
  expect(error).toBeInstanceOf(ScratchError);
  expect(error.name).toBe("ShapeError");
  expect(error.message).toBe("Linear.forward: x must be [N, 784], got [64, 28, 28]");
});
