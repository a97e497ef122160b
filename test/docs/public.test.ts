import { spawnSync } from "node:child_process";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import { inspectCall } from "../../lib/dist/jupyter/kernel/inspectCall";
import { type PublicName, publicClasses, publicExamples, publicNames, quickInfo } from "./publicTypes";
import { Examples } from "./runExamples";

const names = publicNames();
const textOf = new Map(names.map(({ name, text }) => [name, text]));
const examples = publicExamples();
const compiled = new Examples(examples);
afterAll(() => compiled.remove());

/** A field that keeps an option is described with the option; the attributes of a figure are Plotly's. */
function saidElsewhere({ name, symbol }: PublicName): boolean {
  const [, owner, member] = /^(.*)\.(\w+)$/.exec(name) ?? [];
  if (textOf.has(`${owner}Options.${member}`)) return true;
  const [declaration] = symbol.declarations ?? [];
  const plotly = declaration?.getSourceFile().fileName.endsWith("plot/Figure.d.ts") ?? false;
  return plotly && declaration?.kind === ts.SyntaxKind.PropertySignature;
}

test("every export and every public member has a docstring", () => {
  expect(names.length).toBeGreaterThan(1000);
  const silent = names.filter((name) => name.text === "" && !saidElsewhere(name));
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test("the API pages are built without a warning: every type a name leads to has its page", () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["node_modules/typedoc/bin/typedoc", "--emit", "none"],
    {
      encoding: "utf8",
    },
  );
  expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: "" });
}, 120_000);

describe("at new CLASS( the docstring of the class is shown", () => {
  const classes = publicClasses();
  const cell = [
    'import * as nn from "scratch-nn/notebook";',
    ...classes.map((name) => `new nn.${name}(`),
  ].join("\n");
  const openBracket = (name: string): number => cell.indexOf("(", cell.search(`new nn.${name}\\(`));
  const firstSentence = (name: string): string => textOf.get(name)?.split(/(?<=[.:;])\s/)[0] ?? "";

  test("in editors", () => {
    const inspect = quickInfo(ts);
    for (const name of classes) {
      const shown = inspect(cell, openBracket(name));
      expect(firstSentence(name).length, name).toBeGreaterThan(10);
      expect(ts.displayPartsToString(shown?.documentation), name).toContain(firstSentence(name));
    }
  });

  test("in cells, behind the bracket", async () => {
    const tslabCompiler: string = "@tslab/typescript-for-tslab"; // TypeScript 5.0, without types of its own here
    const { default: compiler } = (await import(tslabCompiler)) as { default: typeof ts };
    const inspect = quickInfo(compiler);
    for (const name of ["Linear", "search.Study", "Tensor"]) {
      const shown = inspectCall(inspect, cell, openBracket(name) + 1) as ts.QuickInfo;
      expect(ts.displayPartsToString(shown.displayParts), name).toContain(`new ${name.split(".").at(-1)}`);
      expect(ts.displayPartsToString(shown.documentation), name).toContain(firstSentence(name));
    }
  });
});

describe("the examples of docstrings", () => {
  test("are those of the names most used", () => {
    const used = [
      "Tensor",
      "Linear",
      "Sequential",
      "DataLoader",
      "SGD",
      "CrossEntropyLoss",
      "fit",
      "evaluate",
    ];
    expect(examples.map(({ name }) => name)).toEqual(
      expect.arrayContaining([...used, "search.Study", "plot.curves", "show"]),
    );
  });

  test.each(examples.map(({ name }, i) => [name, i] as const))(
    "%s: compiles, and prints what it says",
    (_, i) => {
      expect(compiled.problems(i)).toEqual([]);
      const said = [...examples[i]!.code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(
        ([, text]) => text,
      );
      expect(compiled.run(i)).toBe(said.join("\n"));
    },
  );
});
