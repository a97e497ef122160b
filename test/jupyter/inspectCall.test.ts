import { expect, test } from "vitest";
import { inspectCall, type QuickInfo } from "../../lib/dist/jupyter/kernel/inspectCall";

const shown: QuickInfo = { documentation: ["what it is"] };

/** Knows the name that ends at a place, and what it is unless it stands behind `new`. */
function inspect(source: string, position: number): QuickInfo | undefined {
  const [, constructed, name] = /(new\s+)?\b([a-z.]+)$/i.exec(source.slice(0, position)) ?? [];
  if (name === undefined) return undefined;
  return {
    displayParts: [constructed ? `new ${name}` : name],
    documentation: constructed ? [] : [`of ${name}`],
  };
}

test.each([
  ["f(", "f", "of f"],
  ["f(1, g(2), ", "f", "of f"],
  ["f (", "f", "of f"],
  ["new nn.Linear(", "new nn.Linear", "of nn.Linear"],
  ["new nn.Linear(2, f(3), ", "new nn.Linear", "of nn.Linear"],
  ["const a = new  nn.Linear", "new nn.Linear", "of nn.Linear"],
])("%s", (source, name, documentation) => {
  expect(inspectCall(inspect, source, source.length)).toMatchObject({
    displayParts: [name],
    documentation: [documentation],
  });
});

test("what is known at the place itself is shown, and nothing where there is no call", () => {
  expect(inspectCall(() => shown, "new X(", 6)).toBe(shown);
  expect(inspectCall(inspect, "f(1) + ", 7)).toBeUndefined();
  expect(inspectCall(inspect, "", 0)).toBeUndefined();
});

test("a class without a docstring keeps its signature", () => {
  const silent: QuickInfo = { displayParts: ["new X"], documentation: [] };
  expect(inspectCall(() => silent, "new X(", 5)).toBe(silent);
});
