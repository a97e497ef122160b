import fc from "fast-check";
import { ArgumentError } from "scratch-nn";
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  choice,
  type Dimension,
  integer,
  logInteger,
  logUniform,
  type Params,
  type Space,
  uniform,
} from "../../lib/dist/search";
import { distribution } from "../../lib/dist/search/dimension";
import { checkSpace, outsideSpace } from "../../lib/dist/search/space";

const space = {
  rate: logUniform(1e-4, 1e-1),
  momentum: uniform(0, 0.9),
  units: integer(-3, 4),
  batch: logInteger(1, 64),
  activation: choice(["relu", "sigmoid"]),
  hidden: choice([[30], [30, 10]]),
};

test("the types of the params follow from the space", () => {
  type Found = Params<typeof space>;
  expectTypeOf<Found["rate"]>().toEqualTypeOf<number>();
  expectTypeOf<Found["batch"]>().toEqualTypeOf<number>();
  expectTypeOf<Found["activation"]>().toEqualTypeOf<"relu" | "sigmoid">();
  expectTypeOf<Found["hidden"]>().toEqualTypeOf<readonly [30] | readonly [30, 10]>();
  expectTypeOf<keyof Found>().toEqualTypeOf<keyof typeof space>();
});

describe("a dimension", () => {
  test.each(Object.entries(space))(
    "%s: every u gives a value it holds, unit leads back",
    (name, dimension) => {
      const of = distribution(dimension);
      fc.assert(
        fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (u) => {
          const value = of.at(u);
          expect(outsideSpace({ [name]: dimension }, { [name]: value })).toBeUndefined();
          const again = of.at(of.unit(value));
          if (typeof value === "number") expect(Math.abs((again as number) - value)).toBeLessThan(1e-12);
          else expect(again).toEqual(value);
        }),
      );
    },
  );

  test("even u give every whole number and every choice as often", () => {
    for (const dimension of [space.units, choice(["a", "b", "c", "d", "e", "f", "g", "h"])]) {
      const counts = new Map<unknown, number>();
      for (let i = 0; i < 800; i++) {
        const value = distribution(dimension).at((i + 0.5) / 800);
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      expect([...counts.values()]).toEqual(Array(8).fill(100));
    }
  });

  test("the bounds of whole numbers are included", () => {
    expect([0, 1 - 2 ** -53].map((u) => distribution(space.units).at(u))).toEqual([-3, 4]);
    expect([0, 1 - 2 ** -53].map((u) => distribution(space.batch).at(u))).toEqual([1, 64]);
    expect(distribution(integer(5, 5)).at(0.3)).toBe(5);
  });

  test("a logarithmic one has its geometric mean in the middle", () => {
    expect(distribution(logUniform(1e-6, 1e-2)).at(0.5)).toBeCloseTo(1e-4, 15);
    expect(distribution(logInteger(1, 99)).at(0.5)).toBe(10);
  });
});

describe("refuses", () => {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
  test.each<[() => Dimension, string]>([
    [() => uniform(1, 0), "uniform: low and high must be low < high, both finite, got 1 and 0"],
    [() => uniform(1, 1), "uniform: low and high must be low < high, both finite, got 1 and 1"],
    [() => uniform(nan, 1), "uniform: low and high must be low < high, both finite, got NaN and 1"],
    [() => uniform(0, infinity), "uniform: low and high must be low < high, both finite, got 0 and Infinity"],
    [() => logUniform(0, 1), "logUniform: low and high must be 0 < low < high, both finite, got 0 and 1"],
    [() => logUniform(-1, 1), "logUniform: low and high must be 0 < low < high, both finite, got -1 and 1"],
    [() => logUniform(1, nan), "logUniform: low and high must be 0 < low < high, both finite, got 1 and NaN"],
    [() => logUniform(2, 1), "logUniform: low and high must be 0 < low < high, both finite, got 2 and 1"],
    [() => integer(2, 1), "integer: low and high must be low ≤ high, both whole numbers, got 2 and 1"],
    [() => integer(0.5, 1), "integer: low and high must be low ≤ high, both whole numbers, got 0.5 and 1"],
    [() => integer(0, nan), "integer: low and high must be low ≤ high, both whole numbers, got 0 and NaN"],
    [
      () => logInteger(0, 8),
      "logInteger: low and high must be 0 < low ≤ high, both whole numbers, got 0 and 8",
    ],
    [() => uniform("0" as never, 1), 'uniform: low and high must be low < high, both finite, got "0" and 1'],
    [() => choice("ab" as never), 'choice: values must be a list of one or more, got "ab"'],
    [() => choice([]), "choice: values must be a list of one or more, got an array of 0"],
    [() => choice([1, nan]), "choice: values must be plain data, got NaN"],
    [() => choice(["a", undefined as never]), "choice: values must be plain data, got undefined"],
    [() => choice([[1], [1]]), "choice: values must differ, got [1] twice"],
  ])("%s", (make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(new RegExp(`^${message.replaceAll(/[[\]]/g, "\\$&")}$`));
  });

  test("an empty space, and what is no dimension", () => {
    expect(() => checkSpace({}, "Study")).toThrow("Study: space must have at least one dimension, got none");
    const written: Space = { rate: { kind: "logUniform", low: 0, high: 1 } };
    expect(() => checkSpace(written, "Study")).toThrow(
      "Study: space.rate: logUniform: low and high must be 0 < low < high",
    );
    expect(() => checkSpace({ rate: 3 as never }, "Study")).toThrow(
      "Study: space.rate: dimension: it must be made by uniform(low, high), ",
    );
  });

  test("params outside of the space", () => {
    const point = { rate: 0.01, momentum: 0, units: 0, batch: 8, activation: "relu", hidden: [30, 10] };
    expect(outsideSpace(space, point)).toBeUndefined();
    expect(outsideSpace(space, { rate: 1 })).toMatch(/^params must be activation, batch, .*, got rate$/);
    expect(outsideSpace(space, null)).toMatch(/got none$/);
    expect(outsideSpace(space, { ...point, units: 0.5 })).toBe(
      'params.units must be of {"kind":"integer","low":-3,"high":4}, got 0.5',
    );
    for (const changes of [{ rate: 1 }, { rate: "1" }, { momentum: Number.NaN }, { activation: "tanh" }]) {
      expect(outsideSpace(space, { ...point, ...changes })).toMatch(/^params\.\w+ must be of \{.*\}, got /);
    }
  });
});
