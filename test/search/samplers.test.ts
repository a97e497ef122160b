import { ArgumentError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { choice, grid, integer, logUniform, random, uniform } from "../../lib/dist/search";

const space = { rate: logUniform(1e-4, 1), units: integer(1, 3), act: choice(["relu", "tanh"]) };
const context = { space, direction: "minimize" } as const;

describe("grid", () => {
  test("gives every combination once, the last dimension fastest", () => {
    const sampler = grid({ points: 5 });
    const count = sampler.count!(space);
    expect(count).toBe(5 * 3 * 2);
    const all = Array.from({ length: count }, (_, i) => sampler.propose(i, [], context));
    expect(new Set(all.map((params) => JSON.stringify(params))).size).toBe(count);
    expect(all[0]).toEqual({ rate: 1e-4, units: 1, act: "relu" });
    expect(all[1]).toEqual({ rate: 1e-4, units: 1, act: "tanh" });
    expect(all[2]).toEqual({ rate: 1e-4, units: 2, act: "relu" });
    expect(all.at(-1)).toEqual({ rate: 1, units: 3, act: "tanh" });
    const rates = [...new Set(all.map(({ rate }) => rate))];
    expect(rates.map((rate) => Math.round(1e6 * Math.log10(rate)) / 1e6)).toEqual([-4, -3, -2, -1, 0]);
  });

  test("takes points by name", () => {
    const sampler = grid({ points: { rate: 2, units: 2 } });
    const all = Array.from({ length: sampler.count!(space) }, (_, i) => sampler.propose(i, [], context));
    expect([all.length, new Set(all.map(({ units }) => units))]).toEqual([8, new Set([1, 3])]);
  });

  test("refuses too few points and names that are not those of the space", () => {
    for (const points of [1, 0, 2.5, Number.NaN]) {
      expect(() => grid({ points })).toThrow(ArgumentError);
      expect(() => grid({ points: { rate: points } })).toThrow(
        `grid: points must be whole numbers > 1, got ${points}`,
      );
    }
    expect(() => grid({ points: { rate: 2 } }).count!(space)).toThrow("grid: points must name units too");
    const stranger = grid({ points: { rate: 2, units: 2, depth: 2 } });
    expect(() => stranger.count!(space)).toThrow("grid: the space has no dimension depth");
  });
});

describe("random", () => {
  test("is a function of seed and number", () => {
    const draw = (seed: number, number: number): unknown => random({ seed }).propose(number, [], context);
    expect(draw(1, 7)).toEqual(draw(1, 7));
    expect(draw(1, 7)).not.toEqual(draw(1, 8));
    expect(draw(1, 7)).not.toEqual(draw(2, 7));
    expect(draw(7, 1)).not.toEqual(draw(1, 7));
  });

  test("fills the space evenly", () => {
    const square = { x: uniform(0, 1), y: uniform(0, 1) };
    const cells = new Map<string, number>();
    const sampler = random({ seed: 3 });
    for (let i = 0; i < 1600; i++) {
      const { x, y } = sampler.propose(i, [], { space: square, direction: "minimize" });
      const cell = `${Math.floor(4 * x)} ${Math.floor(4 * y)}`;
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
    }
    expect(cells.size).toBe(16);
    for (const count of cells.values()) expect(Math.abs(count - 100)).toBeLessThan(40);
  });

  test("refuses a seed that is none", () => {
    expect(() => random({ seed: -1 })).toThrow(ArgumentError);
  });
});
