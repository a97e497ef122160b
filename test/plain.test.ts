import { describe, expect, test } from "vitest";
import { deepFreeze, differences, isPlain, notPlain } from "../lib/dist/plain";

describe("plain data", () => {
  const circle: Record<string, unknown> = { name: "circle" };
  circle.self = [circle];
  const shared = { a: 1 };

  test.each<[unknown, readonly [string, unknown]]>([
    [{ a: [0, { b: Number.NaN }] }, [".a[1].b", Number.NaN]],
    [{ a: undefined }, [".a", undefined]],
    [Object.assign([1], { 2: 3 }), ["[1]", undefined]],
    [-0, ["", -0]],
    [new Map(), ["", new Map()]],
    [{ at: new Date(0) }, [".at", new Date(0)]],
    [Float32Array.of(1), ["", Float32Array.of(1)]],
    [1n, ["", 1n]],
    [circle, [".self[0]", circle]],
  ])("%o is not", (value, where) => {
    expect(notPlain(value)).toEqual(where);
    expect(isPlain(value)).toBe(false);
  });

  test.each([null, "a", [1, [true]], { a: { b: null } }, Object.create(null), [shared, shared]])(
    "%o is",
    (value) => {
      expect(isPlain(value)).toBe(true);
    },
  );
});

test("differences names what differs, whatever the order of the keys", () => {
  expect(differences({ a: 1, b: { c: [1] } }, { b: { c: [1] }, a: 1 })).toEqual([]);
  expect(differences({ a: 1, b: { c: [1], d: 2 } }, { b: { c: [2], e: 3 } })).toEqual([
    "a must be 1, got none",
    "b.c must be [1], got [2]",
    "b.d must be 2, got none",
    "b.e must be none, got 3",
  ]);
});

test("deepFreeze reaches all that lies in a value", () => {
  const value = deepFreeze({ a: [{ b: 1 }] });
  expect(() => {
    value.a[0]!.b = 2;
  }).toThrow(TypeError);
  expect(() => value.a.push({ b: 3 })).toThrow(TypeError);
});
