import { expect, test } from "vitest";
import * as nn from "../lib/dist/notebook";

/** What a person may give by mistake. */
const values = [undefined, null, 5, "x", {}, [], [null], true, Number.NaN, new Float32Array(3)];
/** Those that would fill the terminal, or change what later tests compute with. */
const unsafe = ["setThreads", "html", "markdown"];

type Call = (...args: readonly unknown[]) => unknown;

/** Every function and class of the public surface, by its name, as a function. */
function publicCalls(room: object, prefix = ""): [name: string, call: Call][] {
  return Object.entries(room).flatMap(([name, value]): [string, Call][] => {
    if (typeof value === "object" && value !== null) return publicCalls(value, `${prefix}${name}.`);
    if (typeof value !== "function" || unsafe.includes(name)) return [];
    const isClass = /^class\b/.test(Function.prototype.toString.call(value));
    const call: Call = (...args) =>
      isClass ? Reflect.construct(value, args) : Reflect.apply(value, undefined, args);
    return [[`${prefix}${name}`, call]];
  });
}

/** What is wrong with the answer to a call: an error that is not the library's own. */
async function fault(call: Call, args: readonly unknown[]): Promise<string[]> {
  try {
    await call(...args);
    return [];
  } catch (error) {
    return error instanceof nn.ScratchError ? [] : [String(error)];
  }
}

/** The options that a function says it has. */
async function optionsOf(call: Call, before: readonly unknown[]): Promise<string[]> {
  try {
    await call(...before, { zzz: 1 });
    return [];
  } catch (error) {
    return /The (?:only option is|options are) (.*)$/.exec(String(error))?.[1]?.split(", ") ?? [];
  }
}

test.each(publicCalls(nn))("a wrong call of %s ends in an error of the library", async (_name, call) => {
  const faults = await fault(call, []);
  for (const a of values) {
    faults.push(...(await fault(call, [a])));
    for (const b of values) faults.push(...(await fault(call, [a, b])));
  }
  for (const before of [[], [2], [2, 2]]) {
    const names = await optionsOf(call, before);
    for (const value of values) {
      const all = Object.fromEntries(names.map((name) => [name, value]));
      faults.push(...(await fault(call, [...before, all])));
    }
  }
  expect([...new Set(faults)]).toEqual([]);
});

const random = new nn.RandomState(1);
const layers: readonly nn.Module[] = [
  new nn.Linear(2, 3, { random }),
  new nn.Conv2d(1, 2, 3, { random }),
  new nn.MaxPool2d(2),
  new nn.AveragePool2d(2),
  new nn.GlobalAveragePool2d(),
  new nn.GRU(2, 3, { random }),
  new nn.Embedding(4, 2, { random }),
  new nn.MaxOverTime(),
  new nn.Flatten(),
  new nn.Reshape([2, 1]),
  new nn.Softmax(),
  new nn.Dropout(0.5, { random }),
  new nn.ReLU(),
  new nn.Residual(new nn.Linear(2, 2, { random })),
  new nn.BatchNorm1d(2),
  new nn.BatchNorm2d(2),
  new nn.LeakyReLU(),
  new nn.GELU(),
];
test.each(layers.map((layer) => [layer.constructor.name, layer] as const))(
  "a wrong call of a method of %s ends in an error of the library",
  async (_name, layer) => {
    const methods = [layer.forward, layer.backward, layer.outputShape] as readonly Call[];
    const faults: string[] = [];
    for (const method of methods) {
      for (const value of values) faults.push(...(await fault(method.bind(layer), [value])));
    }
    expect(faults).toEqual([]);
  },
);

test("a figure needs models that are layers, and names of files that are texts", async () => {
  const data = nn.projects.homework.makeToy(random, 2).train;
  const panels = [{ title: "a", data }] as unknown as nn.plot.RegionsPanel[];
  expect(() => nn.plot.decisionRegions({ title: "t", panels })).toThrow(
    "decisionRegions: model must be a layer or a Sequential, got undefined",
  );
  const figure = nn.plot.bars({ title: "t", xLabel: "x", bars: [{ label: "a", value: 1 }] });
  await expect(nn.plot.save(figure, undefined as unknown as string)).rejects.toThrow(
    'save: name must be a text such as "models/x", got undefined',
  );
});

test("tables and scorecards say which row is wrong", () => {
  const rows = [{ what: "a", published: 1, ours: "2", why: "" }] as unknown as nn.ScorecardRow[];
  expect(() => nn.scorecard(rows)).toThrow('scorecard: ours of rows[0] must be a number or null, got "2"');
  expect(() => nn.table([null] as unknown as [])).toThrow("table: rows[0] must be an object, got null");
});
