import {
  ArgumentError,
  type Dataset,
  Linear,
  type Module,
  RandomState,
  Sequential,
  ShapeError,
  Sigmoid,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { type DecisionRegionsOptions, decisionRegions, renderSvg } from "../../lib/dist/plot";
import type { ContourTrace, ScatterTrace } from "../../lib/dist/plot/Figure";

const SIDE = 81;

const corners: Dataset = {
  name: "corners",
  count: 4,
  sampleShape: [2],
  classes: 2,
  inputs: Float64Array.of(-1, -1, 1, 1, -1, 1, 1, -1),
  labels: Uint8Array.of(0, 1, 0, 1),
};

/** Output 1 − output 0 is x₁. */
function horizontal(outputs = 2, inputs = 2): Module {
  const layer = new Linear(inputs, outputs, { random: new RandomState(0), init: "zeros" });
  layer.weight.value.data[1] = 1;
  return new Sequential([layer]);
}

const options = (changes: Partial<DecisionRegionsOptions> = {}): DecisionRegionsOptions => ({
  title: "t",
  panels: [{ title: "p", model: horizontal(), data: corners }],
  ...changes,
});

function scores({ z }: ContourTrace): number[] {
  if (Array.isArray(z)) throw new Error("z is not encoded");
  const bytes = Buffer.from(z.bdata, "base64");
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

describe("decisionRegions", () => {
  test("asks the model on a grid, x₁ to the right and x₂ upwards", () => {
    const { data } = decisionRegions(options({ reach: 2 }));
    const regions = data[0] as ContourTrace;
    const values = scores(regions);
    expect(values).toHaveLength(SIDE * SIDE);
    for (const row of [0, 40, 80]) {
      const line = values.slice(row * SIDE, (row + 1) * SIDE);
      expect([line[0], line[20], line[40], line[80]]).toEqual([-2, -1, 0, 2]);
    }
    expect(regions.contours).toMatchObject({ start: 0, end: 0, size: 1 });
    expect(regions).toMatchObject({ x0: -2, y0: -2, dx: 0.05, dy: 0.05, zmin: -2, zmax: 2 });
  });

  test("draws the points of each class over it, as far as they reach and a little further", () => {
    const { data, layout } = decisionRegions(options());
    const [zero, one] = data.slice(1) as ScatterTrace[];
    expect([zero?.x, zero?.y]).toEqual([
      [-1, -1],
      [-1, 1],
    ]);
    expect([one?.x, one?.y]).toEqual([
      [1, 1],
      [1, -1],
    ]);
    expect(zero?.marker?.color).not.toBe(one?.marker?.color);
    expect(layout.xaxis?.range).toEqual([-1.05, 1.05]);
    expect(layout.yaxis?.range).toEqual([-1.05, 1.05]);
  });

  test("gives every panel its axes, and one colour bar for all", () => {
    const panels = [1, 2, 3, 4].map((i) => ({ title: `p${i}`, model: horizontal(), data: corners }));
    const { data, layout } = decisionRegions(options({ panels }));
    const regions = data.filter((trace) => trace.type === "contour");
    expect(regions.map(({ xaxis, yaxis }) => `${xaxis} ${yaxis}`)).toEqual([
      "x y",
      "x2 y2",
      "x3 y3",
      "x4 y4",
    ]);
    expect(regions.map(({ showscale }) => showscale)).toEqual([true, false, false, false]);
    expect(new Set(regions.map(({ zmax }) => zmax)).size).toBe(1);
    expect(layout.yaxis4?.domain?.[1]).toBeLessThan(layout.yaxis?.domain?.[0] ?? 0);
  });

  test("takes a float64 model, and leaves one that learns learning", () => {
    const model = new Sequential([
      new Linear(2, 2, { random: new RandomState(1), dtype: "float64" }),
      new Sigmoid(),
    ]);
    model.train();
    decisionRegions(options({ panels: [{ title: "p", model, data: corners }] }));
    expect(model.training).toBe(true);
  });

  test("is drawn without a browser, the line between the classes too", async () => {
    const svg = await renderSvg(decisionRegions(options()));
    expect(svg).toContain("contourlayer");
    expect(svg).toMatch(/class="openline"|class="contourline/);
  });

  test("refuses what is not a plane with two classes", () => {
    const on = (model: Module, data: Dataset) => () =>
      decisionRegions(options({ panels: [{ title: "p", model, data }] }));
    const digits = { ...corners, sampleShape: [4], count: 2, labels: Uint8Array.of(0, 1) };
    expect(on(horizontal(), digits)).toThrow("samples must be 2 numbers, got [4] in corners");
    expect(on(horizontal(), { ...corners, classes: 3 })).toThrow(
      "data must have 2 classes, got 3 in corners",
    );
    expect(on(horizontal(3), corners)).toThrow(
      "a model must give [6561, 2] for as many points, got [6561, 3]",
    );
    expect(on(horizontal(2, 3), corners)).toThrow(ShapeError);
    expect(() => decisionRegions(options({ panels: [] }))).toThrow(ArgumentError);
    expect(() => decisionRegions(options({ columns: 0 }))).toThrow(ArgumentError);
    for (const reach of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => decisionRegions(options({ reach }))).toThrow(ArgumentError);
    }
  });
});
