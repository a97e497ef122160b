import { expect, test } from "vitest";
import { alignLines } from "../../lib/dist/jupyter/kernel/alignLines";

test("lines that were dropped, added or changed by the compiler keep their neighbours in place", () => {
  const source = [
    'import * as nn from "scratch-nn";',
    "interface Options { size: number }",
    "",
    "const options: Options = { size: 3 };",
    "function f(o: Options): number {",
    "  return o.size;",
    "}",
    "f(options);",
  ];
  const emitted = [
    "Object.defineProperty(exports, '__esModule', { value: true });",
    'const nn = require("scratch-nn");',
    "const options = { size: 3 };",
    "exports.options = options;",
    "function f(o) {",
    "    return o.size;",
    "}",
    "exports.f = f;",
    "exports.tsLastExpr = f(options);",
  ];
  const lines = alignLines(source, emitted);
  expect([1, 2, 4, 5, 6, 8].map((line) => lines[line])).toEqual([0, 3, 4, 5, 6, 7]);
});

test("an empty text aligns with nothing", () => {
  expect(alignLines([], [])).toEqual([]);
  expect(alignLines(["a"], [])).toEqual([]);
});
