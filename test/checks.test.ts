import { ArgumentError, RandomState } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { checkOptions, inWords } from "../lib/dist/checks";

const names = ["learningRate", "momentum", "nesterov", "weightDecay", "decayBiases"];

function refuse(options: unknown, known: readonly string[] = names): string {
  try {
    checkOptions("SGD", options, known);
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return (error as Error).message;
  }
  return "";
}

describe("checkOptions", () => {
  test("takes the known names, or none", () => {
    expect(refuse({})).toBe("");
    expect(refuse({ momentum: 0.9, learningRate: undefined })).toBe("");
    expect(refuse(Object.assign(Object.create(null), { momentum: 1 }))).toBe("");
  });

  test("names the option that nobody reads, the near one and all of them", () => {
    expect(refuse({ lr: 0.1 })).toBe(
      'SGD: unknown option "lr"; did you mean learningRate? ' +
        "The options are learningRate, momentum, nesterov, weightDecay, decayBiases",
    );
    expect(refuse({ zebra: 1 }, ["random"])).toBe('SGD: unknown option "zebra". The only option is random');
  });

  test.each([
    ["learning_rate", "learningRate"],
    ["LearningRate", "learningRate"],
    ["momentun", "momentum"],
    ["wd", "weightDecay"],
    ["decayBias", "decayBiases"],
  ])("guesses that %s is %s", (given, meant) => {
    expect(refuse({ [given]: 1 })).toContain(`did you mean ${meant}?`);
  });

  test.each([[undefined], [null], [0.1], ["adam"], [[1]], [new RandomState(1)], [() => 1]])(
    "refuses %s in place of options",
    (options) => {
      const literal = "{ learningRate, momentum, nesterov, weightDecay, decayBiases }";
      expect(refuse(options)).toBe(`SGD: options must be an object of ${literal}, got ${inWords(options)}`);
    },
  );
});

test.each([
  [undefined, "undefined"],
  ["cat", '"cat"'],
  [Number.NaN, "NaN"],
  [3n, "3n"],
  [[1, 2], "an array of 2"],
  [new RandomState(1), "a RandomState"],
  [new Int8Array(1), "an Int8Array"],
  [{ lr: 1 }, "an object of { lr }"],
  [Math.tanh, "the function tanh"],
])("inWords(%s)", (value, words) => {
  expect(inWords(value)).toBe(words);
});
