import { ArgumentError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import {
  compareStudies,
  type Figure,
  optimizationHistory,
  parallelCoordinates,
  renderSvg,
  type StudyResults,
  sliceFigure,
} from "../../lib/dist/plot";
import type { ScatterTrace } from "../../lib/dist/plot/Figure";
import { choice, integer, logUniform, type Trial, uniform } from "../../lib/dist/search";

const space = {
  rate: logUniform(1e-4, 1),
  units: integer(1, 9),
  decay: uniform(0, 1),
  act: choice(["relu", "tanh"]),
};
const values = [0.5, null, 0.9, 0.7];
const trials: Trial[] = values.map((value, number) => ({
  number,
  params: { rate: 10 ** -number, units: number + 2, decay: number / 4, act: number % 2 ? "tanh" : "relu" },
  value,
}));
const study: StudyResults = { name: "s", space, direction: "maximize", trials };
const failed: StudyResults = { ...study, trials: [trials[1]!] };
const options = { title: "Study", valueLabel: "accuracy" };
const lines = (figure: Figure): ScatterTrace[] => figure.data.filter((trace) => trace.type === "scatter");

describe("sliceFigure", () => {
  const figure = sliceFigure(study, options);

  test("has a panel a dimension, with the scale of the dimension, the best on top", () => {
    const { xaxis, xaxis2, xaxis3, xaxis4, yaxis } = figure.layout;
    expect([xaxis, xaxis2, xaxis3, xaxis4].map((axis) => axis?.title?.text)).toEqual(Object.keys(space));
    expect([xaxis, xaxis2, xaxis3].map((axis) => axis?.type)).toEqual(["log", "linear", "linear"]);
    expect([xaxis4?.ticktext, yaxis?.title?.text]).toEqual([["relu", "tanh"], "accuracy"]);
    const [rates] = lines(figure);
    expect([rates!.x, rates!.y]).toEqual([
      [1, 10 ** -3, 10 ** -2],
      [0.5, 0.7, 0.9],
    ]);
    const colors = rates!.marker!.color as string[];
    expect([colors[0] === colors[1], colors[1] === colors[2]]).toEqual([true, false]);
    const names = lines(figure)[3]!.x as number[];
    expect(names.map((x) => Math.abs(Math.round(x)))).toEqual([0, 1, 0]);
  });

  test("of the least, the last point is the least", () => {
    const [rates] = lines(sliceFigure({ ...study, direction: "minimize" }, options));
    expect(rates!.y).toEqual([0.9, 0.7, 0.5]);
  });
});

test("params are called by words, or as the caller says, and values are rounded under the pointer", () => {
  const space = { learningRate: logUniform(1e-4, 1), units: integer(1, 9) };
  const params = { learningRate: 0.012345678, units: 3 };
  const one: StudyResults = { ...study, space, trials: [{ number: 0, params, value: 0.98765432 }] };
  const { data, layout } = sliceFigure(one, { ...options, labels: { units: "hidden units" } });
  expect([layout.xaxis!.title!.text, layout.xaxis2!.title!.text]).toEqual(["learning rate", "hidden units"]);
  expect((data[0] as ScatterTrace).text).toEqual(["trial 0: 0.01235<br>accuracy 0.9877"]);
  const drawn = parallelCoordinates(one, options);
  expect(drawn.layout.annotations!.map(({ text }) => text)).toContain("learning rate");
  expect(lines(drawn).at(-1)!.text).toEqual(["learning rate 0.01235", "units 3", "accuracy 0.9877"]);
});

describe("parallelCoordinates", () => {
  const figure = parallelCoordinates(study, options);

  test("leads every trial through its params to its value", () => {
    const heights = lines(figure).slice(-3);
    expect(heights.map(({ name }) => name)).toEqual(["trial 0", "trial 3", "trial 2"]);
    const [worst, , best] = heights.map(({ y }) => y as number[]);
    expect(worst).toEqual([1, 1 / 8, 0, 0, 0]);
    expect(best!.map((height) => Math.round(1e9 * height) / 1e9)).toEqual([0.5, 3 / 8, 0.5, 0, 1]);
  });

  test("names the columns and their ticks", () => {
    const texts = figure.layout.annotations!.map(({ text }) => text);
    for (const text of [...Object.keys(space), "accuracy", "relu", "tanh", "0.001", "1e-4", "9", "0.9"]) {
      expect(texts).toContain(text);
    }
  });

  test("has a tick at each of a few whole numbers, and tells values apart that are close together", () => {
    const close: StudyResults = {
      ...study,
      space: { units: integer(1, 3) },
      trials: [1, 2, 3].map((units, number) => ({
        number,
        params: { units },
        value: 0.98321 + number * 1e-6,
      })),
    };
    const ticks = parallelCoordinates(close, options).layout.annotations!.map(({ text, y }) => [text, y]);
    expect(ticks.filter(([text]) => /^[123]$/.test(String(text)))).toEqual([
      ["1", 0],
      ["2", 0.5],
      ["3", 1],
    ]);
    const values = ticks.map(([text]) => String(text)).filter((text) => text.startsWith("0.98"));
    expect(values).toEqual(["0.98321", "0.9832105", "0.983211", "0.9832115", "0.983212"]);
  });

  test("draws a single trial", () => {
    const one = parallelCoordinates({ ...study, trials: [trials[0]!] }, options);
    expect(lines(one).at(-1)!.y).toEqual([1, 1 / 8, 0, 0, 0.5]);
  });
});

describe("optimizationHistory", () => {
  test("has the values, and a step line of the best so far", () => {
    const [points, best] = lines(optimizationHistory(study, options));
    expect([points!.x, points!.y]).toEqual([
      [0, 2, 3],
      [0.5, 0.9, 0.7],
    ]);
    expect([best!.y, best!.line!.shape]).toEqual([[0.5, 0.9, 0.9], "hv"]);
    const least = optimizationHistory({ ...study, direction: "minimize" }, options);
    expect(lines(least)[1]!.y).toEqual([0.5, 0.5, 0.5]);
  });

  test("of different budgets shows the greatest", () => {
    const rungs = trials.map((trial) => ({ ...trial, budget: trial.number < 2 ? 1 : 3 }));
    expect(lines(optimizationHistory({ ...study, trials: rungs }, options))[0]!.x).toEqual([2, 3]);
  });
});

describe("compareStudies", () => {
  const other = {
    ...study,
    trials: trials.map((trial, i) => ({ ...trial, value: [null, 0.6, 0.7, 0.8][i]! })),
  };
  const groups = [
    { name: "one", studies: [study, other] },
    { name: "two", studies: [study] },
  ];

  test("has the median and a band over the studies of a group", () => {
    const { data, layout } = compareStudies({ ...options, groups });
    const traces = data as ScatterTrace[];
    const [, , ...found] = traces.filter(({ fill }) => fill === undefined);
    expect(found.map(({ name, x, xaxis }) => [name, x, xaxis])).toEqual([
      ["one", [2, 3, 4], "x"],
      ["two", [1, 2, 3, 4], "x2"],
    ]);
    expect(found[0]!.y).toEqual([0.55, 0.8, 0.85].map((value) => expect.closeTo(value, 12)));
    expect(found[1]!.y).toEqual([0.5, 0.5, 0.9, 0.9]);
    expect(traces.filter(({ fill }) => fill !== undefined).map(({ xaxis }) => xaxis)).toEqual(["x", "x2"]);
    expect([layout.showlegend, layout.yaxis2!.matches]).toEqual([false, "y"]);
  });

  test("draws the medians of the others in one grey, behind", () => {
    const { data, layout } = compareStudies({ ...options, groups, valueRange: [0.4, 1] });
    const [first, second, ...own] = data as ScatterTrace[];
    expect([first, second].map((trace) => [trace!.name, trace!.xaxis])).toEqual([
      ["two", "x"],
      ["one", "x2"],
    ]);
    expect(first!.line!.color).toBe(second!.line!.color);
    expect(own.map(({ line }) => line!.color)).not.toContain(first!.line!.color);
    expect(layout.title!.subtitle!.text).toContain("grey: the medians of the others");
    expect([layout.yaxis!.range, layout.yaxis2!.range]).toEqual([
      [0.4, 1],
      [0.4, 1],
    ]);
  });

  test("refuses studies that cannot be compared", () => {
    const compare = (studies: StudyResults[]) => () =>
      compareStudies({ ...options, groups: [{ name: "a", studies }] });
    expect(compare([])).toThrow("compareStudies: studies must have one direction, got no studies");
    expect(compare([study, { ...study, direction: "minimize" }])).toThrow(
      "one direction, got maximize, minimize",
    );
    expect(compare([failed])).toThrow(
      "compareStudies: each study of a must have a trial that succeeded, got one that has none",
    );
    expect(compare([study, failed])).toThrow("one number of trials, got 4, 1");
  });
});

test.each([sliceFigure, parallelCoordinates, optimizationHistory])(
  "%o refuses a study without a success",
  (draw) => {
    expect(() => draw(failed, options)).toThrow(ArgumentError);
    expect(() => draw(failed, options)).toThrow("study must have a trial that succeeded, got 1 that failed");
  },
);

test("all are exported with their traces", async () => {
  const groups = [{ name: "one", studies: [study] }];
  for (const [figure, words] of [
    [sliceFigure(study, options), ["rate", "tanh", "accuracy"]],
    [parallelCoordinates(study, options), ["units", "relu", "accuracy"]],
    [optimizationHistory(study, options), ["best so far", "accuracy"]],
    [compareStudies({ ...options, groups }), ["median", "best accuracy"]],
  ] as const) {
    const svg = await renderSvg(figure);
    for (const word of words) expect(svg).toContain(word);
    expect(svg.match(/class="trace scatter/g)).toHaveLength(figure.data.length);
  }
});

describe("a study of several budgets, with failures", () => {
  // The best of the small budget is better than all of the great one.
  const values = [0.95, 0.6, null, 0.8, 0.7];
  const rungs: Trial[] = values.map((value, number) => ({
    number,
    params: { rate: 0.1, units: number + 1, decay: 0.5, act: "relu" },
    budget: number < 3 ? 1 : 9,
    value,
  }));
  const halving: StudyResults = { ...study, trials: rungs };
  const notes = "best of budget 9; 2 of smaller budgets (1)";

  test("sliceFigure marks the best of the greatest budget, and says what is grey or missing", () => {
    const { data, layout } = sliceFigure(halving, options);
    const [points] = data as ScatterTrace[];
    expect(points!.y).toEqual([0.95, 0.6, 0.7, 0.8]);
    const colors = points!.marker!.color as string[];
    expect(new Set(colors.slice(0, 2)).size).toBe(1);
    expect(new Set(colors).size).toBe(3);
    expect(layout.title!.subtitle!.text).toContain(`${notes} in grey; 1 failed, not shown`);
    const whole = sliceFigure({ ...study, trials: [trials[0]!] }, options).layout.title!;
    expect([whole.text, whole.subtitle!.text.replace(/<.*?>/g, "")]).toEqual(["Study", "orange: the best"]);
  });

  test("parallelCoordinates and optimizationHistory draw the greatest budget, and say so", () => {
    for (const draw of [parallelCoordinates, optimizationHistory]) {
      expect(draw(halving, options).layout.title!.subtitle!.text).toContain(
        `${notes} not shown; 1 failed, not shown`,
      );
    }
    expect(lines(optimizationHistory(halving, options))[1]!.y).toEqual([0.8, 0.8]);
    const drawn = lines(parallelCoordinates(halving, options)).filter(({ name }) => name);
    expect(drawn.map(({ name }) => name)).toEqual(["trial 4", "trial 3"]);
  });

  test("compareStudies counts trials of a smaller budget, but as no best", () => {
    const [, line] = lines(compareStudies({ ...options, groups: [{ name: "a", studies: [halving] }] }));
    expect([line!.x, line!.y]).toEqual([
      [4, 5],
      [0.8, 0.8],
    ]);
    const groups = [{ name: "a", studies: [halving, { ...halving, trials: [...trials, trials[0]!] }] }];
    expect(() => compareStudies({ ...options, groups })).toThrow("one greatest budget, got 9, 0");
  });
});

test("what lies beyond the range of a slice stands at its end, and is counted", () => {
  const { data, layout } = sliceFigure(study, { ...options, valueRange: [0.6, 0.8] });
  const [points] = data as ScatterTrace[];
  expect(points!.marker!.symbol).toEqual(["triangle-down", "circle", "triangle-up"]);
  const [below, inside, above] = points!.y as number[];
  expect([below! > 0.6, below! < 0.62, inside, above! < 0.8, above! > 0.78]).toEqual([
    true,
    true,
    0.7,
    true,
    true,
  ]);
  expect(layout.title!.subtitle!.text).toContain("▼ 1 below 0.6; ▲ 1 above 0.8; 1 failed, not shown");
  expect(layout.yaxis!.range).toEqual([0.6, 0.8]);
});

test("logarithmic dimensions have ticks that are whole numbers", () => {
  const ticks = (low: number, high: number): unknown => {
    const rate = logUniform(low, high);
    const one = { ...study, space: { rate }, trials: [{ number: 0, params: { rate: low }, value: 1 }] };
    return sliceFigure(one, options).layout.xaxis!.ticktext;
  };
  expect(ticks(4, 64)).toEqual(["5", "10", "20", "50"]);
  expect(ticks(0.03, 3)).toEqual(["0.03", "0.1", "0.3", "1", "3"]);
  expect(ticks(0.15, 0.25)).toEqual(["0.16", "0.18", "0.2", "0.22", "0.24"]);
  expect(ticks(1e-4, 1)).toEqual(["0.0001", "0.001", "0.01", "0.1", "1"]);
  expect(ticks(1e-7, 1e-4)).toEqual(["10⁻⁷", "10⁻⁶", "10⁻⁵", "10⁻⁴"]);
  expect(ticks(1e-300, 1)).toEqual(["10⁻³⁰⁰", "10⁻²⁴⁹", "10⁻¹⁹⁸", "10⁻¹⁴⁷", "10⁻⁹⁶", "10⁻⁴⁵"]);
  expect(ticks(3e-5, 8e-5)).toEqual(["4e-5", "6e-5", "8e-5"]);
});

test.each([
  [
    "no study",
    () => sliceFigure(undefined as never, options),
    "sliceFigure: study must be a Study, got undefined",
  ],
  [
    "no options",
    () => parallelCoordinates(study, undefined as never),
    "parallelCoordinates: options must be",
  ],
  ["an unknown option", () => optimizationHistory(study, { ...options, log: true } as never), 'option "log"'],
  [
    "a range",
    () => sliceFigure(study, { ...options, valueRange: [1, 1] }),
    "valueRange must be [low, high] with",
  ],
  [
    "groups",
    () => compareStudies({ ...options, groups: [study] as never }),
    "groups must be a list of { name",
  ],
])("a study's figure refuses %s", (_, draw, message) => {
  expect(draw).toThrow(ArgumentError);
  expect(draw).toThrow(message);
});
