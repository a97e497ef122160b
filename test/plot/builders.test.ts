import { ArgumentError, ShapeError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { bars } from "../../lib/dist/plot/bars";
import { confusionHeatmap } from "../../lib/dist/plot/confusionHeatmap";
import { curves, type Series } from "../../lib/dist/plot/curves";
import type { Figure, HeatmapTrace, ScatterTrace } from "../../lib/dist/plot/Figure";
import { imageGrid } from "../../lib/dist/plot/imageGrid";
import { matrixHeatmap } from "../../lib/dist/plot/matrixHeatmap";
import { confusionFigure, curvesFigure, weights } from "./figures";

const lines = (figure: Figure): ScatterTrace[] => figure.data.filter((trace) => trace.type === "scatter");
const heat = (figure: Figure): HeatmapTrace => figure.data[0] as HeatmapTrace;

/** The float32 values of an encoded heatmap. */
function decoded(trace: HeatmapTrace): Float32Array {
  if (Array.isArray(trace.z)) throw new Error("z is not encoded");
  const bytes = Buffer.from(trace.z.bdata, "base64");
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

describe("curves", () => {
  test("makes an axis pair and a title for every panel", () => {
    const { layout } = curvesFigure();
    const axes = Object.keys(layout).filter((key) => /^[xy]axis/.test(key));
    expect(axes.sort()).toEqual(
      ["xaxis", "xaxis2", "xaxis3", "xaxis4", "yaxis", "yaxis2", "yaxis3", "yaxis4"].sort(),
    );
    expect(layout.annotations?.map(({ text }) => text)).toEqual([
      "training loss",
      "training accuracy",
      "validation loss",
      "validation accuracy",
    ]);
    expect(layout.xaxis?.domain?.[1]).toBeLessThan(layout.xaxis2?.domain?.[0] ?? 0);
    expect(layout.yaxis3?.domain?.[1]).toBeLessThan(layout.yaxis?.domain?.[0] ?? 0);
  });

  test("names a candidate once in the legend and colours it alike in all panels", () => {
    const traces = lines(curvesFigure());
    expect(traces).toHaveLength(12);
    expect(traces.filter((trace) => trace.showlegend).map((trace) => trace.name)).toEqual([
      "n = 64",
      "n = 256",
      "n = 1024",
    ]);
    for (const name of ["n = 64", "n = 256", "n = 1024"]) {
      const colors = traces.filter((trace) => trace.name === name).map((trace) => trace.line?.color);
      expect(new Set(colors).size).toBe(1);
    }
    expect(new Set(traces.map((trace) => trace.line?.color)).size).toBe(3);
  });

  test("counts epochs from 1, leaves a gap where a value is not finite, takes typed arrays", () => {
    const [line] = lines(panel({ name: "loss", y: Float32Array.of(2, Number.NaN, 0.5) }));
    expect(line.x).toEqual([1, 2, 3]);
    expect(line.y).toEqual([2, null, 0.5]);
  });

  test("draws points without a line where it is told to, open, and the triangle as large as the others", () => {
    const [points] = lines(panel({ name: "published", x: [0, 5], y: [0.9, 0.95], points: true }));
    expect(points).toMatchObject({ mode: "markers", marker: { symbol: "circle-open" } });
    const series = ["a", "b", "c", "d"].map((name) => ({ name, y: [1, 2] }));
    const figure = curves({ title: "t", panels: [{ title: "", xLabel: "x", yLabel: "y", series }] });
    expect(lines(figure).map(({ marker }) => marker!.size)).toEqual([6, 6, 6, 8]);
  });

  test("draws an empty series, the start of a live figure", () => {
    expect(lines(panel({ name: "loss", y: [] }))[0].y).toEqual([]);
  });

  test("a single line needs no legend", () => {
    expect(panel({ name: "loss", y: [1, 2] }).layout.showlegend).toBe(false);
  });

  test("a logarithmic range is given in the values' own unit", () => {
    const options = { title: "", xLabel: "", yLabel: "", series: [{ name: "a", y: [1, 1000] }] };
    const { layout } = curves({ title: "t", panels: [{ ...options, logY: true, yRange: [0.1, 100] }] });
    expect(layout.yaxis?.type).toBe("log");
    expect(layout.yaxis?.range).toEqual([-1, 2]);
  });

  test("shades a band behind all lines, without a name in the legend, and leaves out what is not finite", () => {
    const band = { low: [0, Number.NaN, 2], high: [2, 3, 4] };
    const series = [
      { name: "a", y: [1, 2, 3], band },
      { name: "b", y: [1, 1, 1] },
    ];
    const [shade, ...rest] = lines(
      curves({ title: "t", panels: [{ title: "p", xLabel: "epoch", yLabel: "loss", series }] }),
    );
    expect(shade).toMatchObject({ fill: "toself", showlegend: false, legendgroup: "a" });
    expect(shade.x).toEqual([1, 3, 3, 1]);
    expect(shade.y).toEqual([0, 2, 4, 2]);
    expect(shade.fillcolor).toBe("rgba(0, 114, 178, 0.18)");
    expect(rest.map(({ name, fill }) => [name, fill])).toEqual([
      ["a", undefined],
      ["b", undefined],
    ]);
  });

  test("refuses a band of another length", () => {
    const line = { name: "loss", y: [1, 2] };
    expect(() => panel({ ...line, band: { low: [1], high: [1, 2] } })).toThrow(
      'series "loss": band.low must have as many values as y, 2, got 1',
    );
    expect(() => panel({ ...line, band: { low: [1, 2], high: [] } })).toThrow(ShapeError);
  });

  test("refuses x and y of different lengths, and no panels at all", () => {
    expect(() => panel({ name: "loss", x: [1], y: [1, 2] })).toThrow(ShapeError);
    expect(() => panel({ name: "loss", x: [1], y: [1, 2] })).toThrow(/series "loss".* 2, got 1/);
    expect(() => curves({ title: "t", panels: [] })).toThrow(ArgumentError);
    expect(() => curves({ title: "t", panels: curvesPanels(), columns: 0 })).toThrow(ArgumentError);
  });

  function panel(series: Series): Figure {
    return curves({
      title: "t",
      panels: [{ title: "p", xLabel: "epoch", yLabel: "loss", series: [series] }],
    });
  }

  function curvesPanels() {
    return [{ title: "p", xLabel: "epoch", yLabel: "loss", series: [{ name: "a", y: [1] }] }];
  }
});

describe("imageGrid", () => {
  const image = (value: number, label = "") => ({
    pixels: [value, value, value, value],
    width: 2,
    height: 2,
    label,
  });

  test("puts pictures into rows and columns with empty cells between", () => {
    const figure = imageGrid({ title: "t", images: [image(1), image(2), image(3)], columns: 2 });
    const trace = heat(figure);
    const values = decoded(trace);
    expect([1, 2, 3].map((value) => values.filter((cell) => cell === value).length)).toEqual([4, 4, 4]);
    expect(values.some(Number.isNaN)).toBe(true);
    expect([trace.zmin, trace.zmax]).toEqual([1, 3]);
  });

  test("writes a label above each picture", () => {
    const { layout } = imageGrid({ title: "t", images: [image(0, "7"), image(1, "2")], columns: 2 });
    const [first, second] = layout.annotations ?? [];
    expect([first.text, second.text]).toEqual(["7", "2"]);
    expect(first.x).toBeLessThan(second.x);
    expect(first.y).toBe(second.y);
  });

  test("a diverging scale is symmetric around zero and has a colour bar", () => {
    const trace = heat(imageGrid({ title: "t", images: [image(-3), image(1)], columns: 2, diverging: true }));
    expect([trace.zmin, trace.zmax, trace.showscale]).toEqual([-3, 3, true]);
  });

  test("64 pictures of 28×28 stay compact", () => {
    const images = Array.from({ length: 64 }, (_, i) => ({ pixels: weights(784, i), width: 28, height: 28 }));
    expect(JSON.stringify(imageGrid({ title: "t", images, columns: 16 })).length).toBeLessThan(400_000);
  });

  test("refuses pictures of other sizes, missing pixels, no pictures and no columns", () => {
    const grid = (images: ReturnType<typeof image>[], columns = 2) =>
      imageGrid({ title: "t", images, columns });
    expect(() => grid([image(1), { ...image(2), width: 4 }])).toThrow("image 1 must be 2×2, got 4×2");
    expect(() => grid([{ ...image(1), pixels: [1] }])).toThrow("image 0 must have 4 pixels, got 1");
    expect(() => grid([])).toThrow(ArgumentError);
    expect(() => grid([image(1)], 1.5)).toThrow(ArgumentError);
  });
});

describe("matrixHeatmap", () => {
  const labels = { title: "W", xLabel: "unit", yLabel: "pixel" };

  test("keeps rows and columns", () => {
    const { data, layout } = matrixHeatmap({
      ...labels,
      z: { data: Float64Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] },
    });
    expect((data[0] as HeatmapTrace).z).toMatchObject({ dtype: "f4", shape: "2, 3" });
    expect([...decoded(data[0] as HeatmapTrace)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(layout.xaxis?.title?.text).toBe("unit");
    expect(layout.yaxis?.range).toEqual([1.5, -0.5]);
  });

  test("lays a tall, thin matrix down", () => {
    const z = [[1, 2], ...Array.from({ length: 9 }, () => [0, 0])];
    const figure = matrixHeatmap({ ...labels, z });
    expect(heat(figure).z).toMatchObject({ shape: "2, 10" });
    expect(decoded(heat(figure))[0]).toBe(1);
    expect(decoded(heat(figure))[10]).toBe(2);
    expect(figure.layout.xaxis?.title?.text).toBe("pixel");
  });

  test("784×292 weights take 1.3 MB at most", () => {
    const z = { data: weights(784 * 292, 1), shape: [784, 292] };
    expect(JSON.stringify(matrixHeatmap({ ...labels, z, diverging: true })).length).toBeLessThan(1_300_000);
  });

  test("refuses what is not a matrix", () => {
    const data = new Float32Array(6);
    expect(() => matrixHeatmap({ ...labels, z: { data, shape: [6] } })).toThrow("got [6]");
    expect(() => matrixHeatmap({ ...labels, z: { data, shape: [2, 4] } })).toThrow(
      "must have 8 values, got 6",
    );
    expect(() => matrixHeatmap({ ...labels, z: [[1, 2], [3]] })).toThrow("rows of different lengths");
    expect(() => matrixHeatmap({ ...labels, z: [] })).toThrow(ShapeError);
  });
});

describe("confusionHeatmap", () => {
  test("has true classes as rows, predicted ones as columns, and writes every count", () => {
    const { data, layout } = confusionFigure();
    const trace = data[0] as HeatmapTrace;
    expect(trace.text?.[1]?.[2]).toBe("9");
    expect(layout.yaxis?.title?.text).toBe("true class");
    expect(layout.xaxis?.title?.text).toBe("predicted class");
    expect(layout.xaxis?.ticktext).toHaveLength(10);
  });

  test("normalised, a row is coloured by its shares and still shows counts", () => {
    const trace = heat(
      confusionHeatmap({
        title: "t",
        counts: [
          [3, 1],
          [0, 0],
        ],
        labels: ["a", "b"],
        normalize: true,
      }),
    );
    expect(trace.z).toEqual([
      [0.75, 0.25],
      [0, 0],
    ]);
    expect(trace.text).toEqual([
      ["3", "1"],
      ["0", "0"],
    ]);
  });

  test("refuses counts that do not fit the labels", () => {
    expect(() => confusionHeatmap({ title: "t", counts: [[1, 2]], labels: ["a", "b"] })).toThrow(
      "confusionHeatmap: counts must be [2, 2], got [1, 2]",
    );
  });
});

describe("bars", () => {
  test("puts the first bar on top and writes the value at its end", () => {
    const { data, layout } = bars({
      title: "t",
      xLabel: "accuracy",
      bars: [{ label: "as published", value: 0.93 }],
    });
    expect(data[0]).toMatchObject({ orientation: "h", x: [0.93], text: ["0.93"] });
    expect(layout.yaxis).toMatchObject({ ticktext: ["as published"], range: [0.5, -0.5] });
    expect(() => bars({ title: "t", xLabel: "x", bars: [] })).toThrow(ArgumentError);
  });
});

test("the text of a bar lies inside the frame", () => {
  const range = (...values: number[]): readonly number[] => {
    const rows = values.map((value) => ({ label: "a", value, text: `${value.toFixed(2)} %` }));
    return bars({ title: "t", xLabel: "x", bars: rows }).layout.xaxis!.range!;
  };
  const pixels = ([low, high]: readonly number[], from: number, to: number): number =>
    (520 * (to - from)) / (high! - low!);
  expect(pixels(range(7.1, 2), 7.1, range(7.1, 2)[1]!)).toBeGreaterThan(45);
  expect(range(7.1, 2)[0]).toBe(0);
  const both = range(-1.1, 1.68);
  expect(pixels(both, both[0]!, -1.1)).toBeGreaterThan(45);
  expect(pixels(both, 1.68, both[1]!)).toBeGreaterThan(45);
  expect(range(0)).toEqual([0, 1]);
});

describe("the axes of curves", () => {
  const draw = (
    y: readonly number[],
    options: { x?: readonly number[]; logY?: boolean } = {},
  ): Figure["layout"] => {
    const { x, logY = false } = options;
    const series = [{ name: "a", y, ...(x && { x }) }];
    return curves({ title: "t", panels: [{ title: "p", xLabel: "x", yLabel: "y", series, logY }] }).layout;
  };

  test.each<[readonly number[], number]>([
    [[1, 2, 3], 1],
    [[1, 30], 5],
    [[1, 11], 2],
    [[1_000, 10, 1], 200],
    [[1_000_000, 10, 1], 200_000],
    [[-1_000_000, -5, 0], 200_000],
    [[-3, 2, -8], 1],
    [[1_000_000, 1_000_010], 2],
    [[-40, -30], 1],
    [[7, 7], 1],
    [[0, 1e300], 2e299],
    [[], 1],
  ])("whole x %o get ticks at every %d", (x, dtick) => {
    expect(
      draw(
        x.map(() => 1),
        { x },
      ).xaxis!.dtick,
    ).toBe(dtick);
  });

  test.each<[readonly number[], unknown]>([
    [
      [0.6, 0.11, 0.3],
      ["0.2", "0.3", "0.4", "0.5", "0.6"],
    ],
    [
      [0.05, 0.9],
      ["0.05", "0.1", "0.2", "0.5"],
    ],
    [
      [2, 90],
      ["3", "10", "30"],
    ],
    [
      [1, 1.0001],
      ["1", "1.00002", "1.00004", "1.00006", "1.00008", "1.0001"],
    ],
    [
      [1, 1e-3],
      ["0.001", "0.01", "0.1", "1"],
    ],
    [
      [1e-9, 1e-7],
      ["10⁻⁹", "10⁻⁸", "10⁻⁷"],
    ],
  ])("a logarithmic y of %o has ticks %o", (y, ticks) => {
    expect(draw(y, { logY: true }).yaxis!.ticktext).toEqual(ticks);
  });

  test.each<[readonly number[], [number, number]]>([
    [
      [1, 30],
      [0.275, 30.725],
    ],
    [
      [1, 60],
      [0.1, 61.475],
    ],
    [
      [0, 29],
      [-0.725, 29.725],
    ],
    [
      [5, 100],
      [2.625, 102.375],
    ],
    [
      [0.5, 10],
      [0.2625, 10.2375],
    ],
    [[7], [6.5, 7.5]],
  ])("an axis over %o reaches from %o, and to no 0 that is not there", (x, range) => {
    const drawn = draw(
      x.map(() => 1),
      { x },
    ).xaxis!.range!;
    expect(drawn).toEqual(range.map((end) => expect.closeTo(end, 9)));
  });

  test("a logarithmic y leaves a gap for what it cannot show, and says so", () => {
    const series = [{ name: "a", y: [1, 0, -1, 0.1], band: { low: [0.5, 0, -2, 0.1], high: [1, 1, 1, 1] } }];
    const { data, layout } = curves({
      title: "t",
      panels: [{ title: "p", xLabel: "x", yLabel: "y", series, logY: true }],
    });
    const [band, line] = data as ScatterTrace[];
    expect(line!.y).toEqual([1, null, null, 0.1]);
    expect(band!.x).toEqual([1, 4, 4, 1]);
    expect(layout.annotations![0]!.text).toBe("p (2 values ≤ 0 not shown)");
    expect(draw([-1, 0], { logY: true }).yaxis!.type).toBe("log");
  });
});

describe("a wrong call is refused in words", () => {
  const series = [{ name: "a", y: [1] }];
  const panel = { title: "p", xLabel: "x", yLabel: "y", series };
  const cell = { title: "t", xLabel: "x", yLabel: "y" };
  test.each<[() => unknown, string]>([
    [
      () => curves(undefined as never),
      "curves: options must be an object of { title, panels, columns, legend }",
    ],
    [() => curves({ title: "t", panels: panel } as never), "curves: panels must be a list, got an object"],
    [
      () => curves({ title: "t", panels: [{ ...panel, log: true }] } as never),
      'curves, panels: unknown option "log"',
    ],
    [
      () => curves({ title: "t", panels: [{ ...panel, series: series[0] }] } as never),
      "series must be a list",
    ],
    [
      () => curves({ title: "t", panels: [{ ...panel, series: [{ name: "a" }] }] } as never),
      "y must be a list of",
    ],
    [
      () => curves({ title: "t", panels: [{ ...panel, yRange: [1, 0] }] }),
      "yRange must be [low, high] with low < high",
    ],
    [
      () => curves({ title: "t", panels: [{ ...panel, yRange: [0, 1], logY: true }] }),
      "with 0 < low < high, got [0, 1]",
    ],
    [
      () => bars({ title: "t", xLabel: "x", bars: [{ label: "a", value: Number.NaN }] }),
      'value of "a" must be a finite',
    ],
    [() => bars({ title: "t", xLabel: "x", bars: 3 as never }), "bars must be a list, got 3"],
    [() => confusionHeatmap({ title: "t", counts: [], labels: [] }), "counts must be a list of one or more"],
    [
      () => confusionHeatmap({ title: "t", counts: [[-1]], labels: ["a"] }),
      "counts must be numbers ≥ 0, got -1",
    ],
    [
      () => matrixHeatmap({ ...cell, z: undefined as never }),
      "z must be rows of numbers or a Tensor, got undefined",
    ],
    [
      () => matrixHeatmap({ ...cell, z: [[1]], range: [2, 1] }),
      "range must be [low, high] with low < high, got [2, 1]",
    ],
    [
      () => imageGrid({ title: "t", images: {} as never, columns: 1 }),
      "images must be a list, got an object",
    ],
    [
      () => imageGrid({ title: "t", images: [{ pixels: [], width: 0, height: 0 }], columns: 1 }),
      "width must be a whole number > 0, got 0",
    ],
  ])("%s", (draw, message) => {
    expect(draw).toThrow(ArgumentError);
    expect(draw).toThrow(message);
  });

  test("and large ones are drawn", () => {
    const labels = Array.from({ length: 400 }, (_, i) => String(i));
    const counts = labels.map(() => labels.map(() => 1));
    expect(heat(confusionHeatmap({ title: "t", counts, labels })).zmax).toBe(1);
    const rows = Array.from({ length: 200_000 }, (_, i) => ({ label: "a", value: i }));
    expect(bars({ title: "t", xLabel: "x", bars: rows }).data).toHaveLength(1);
    const y = new Float64Array(1_000_000);
    expect(lines(curves({ title: "t", panels: [{ ...panel, series: [{ name: "a", y }] }] }))).toHaveLength(1);
  });
});
