import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const lib = join(__dirname, "../../lib");

/** Math's functions whose last bit the engine decides, and `**`, of which only squares and powers of two are exact. */
const INEXACT = /^(a?(cos|sin|tan)h?|atan2|cbrt|exp|expm1|hypot|log|log10|log1p|log2|pow)$/;

/** Who may use them: nothing here decides a training's, a proposal's or a metric's bits. */
const ALLOWED = [
  "plot/", // where a mark is drawn
  "search/dimension.ts: Math.log10", // where a value lies on a figure's axis
  "search/queue/proof.ts: Math", // whether two machines have the same ones
  "tensor/accurateMath.ts: **", // special arguments, whose powers are exact
];

test("no result depends on the engine's own exp, log and powers", () => {
  const files = readdirSync(lib, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => /(?<!\.d)\.ts$/.test(file) && !/^(dist|node_modules|build)\/|\/assembly\//.test(file));
  expect(files.length).toBeGreaterThan(200);
  const uses = files.flatMap((file) =>
    usesIn(readFileSync(join(lib, file), "utf8")).map((use) => `${file}: ${use}`),
  );
  expect(uses.filter((use) => !ALLOWED.some((allowed) => use.startsWith(allowed)))).toEqual([]);
  for (const allowed of ALLOWED)
    expect(
      uses.find((use) => use.startsWith(allowed)),
      allowed,
    ).toBeDefined();
});

test("the search for them finds each", () => {
  const code =
    "Math.exp(x); f(Math.log); const { pow } = Math; x ** y; x **= y; x ** 2; 2 ** x; Math.max(x); Math['log2'](x)";
  expect(usesIn(code)).toEqual(["Math.exp", "Math.log", "Math", "**", "**=", "Math"]);
});

/** The functions and powers that a source uses; `Math` where it takes it as a whole, so that nobody sees which. */
function usesIn(code: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === "Math") {
      const { parent } = node;
      if (!ts.isPropertyAccessExpression(parent)) found.push("Math");
      else if (INEXACT.test(parent.name.text)) found.push(`Math.${parent.name.text}`);
    }
    if (ts.isBinaryExpression(node) && /^\*\*=?$/.test(node.operatorToken.getText()) && !isExact(node)) {
      found.push(node.operatorToken.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("file.ts", code, ts.ScriptTarget.Latest, true));
  return found;
}

function isExact({ left, operatorToken, right }: ts.BinaryExpression): boolean {
  return right.getText() === "2" || (left.getText() === "2" && operatorToken.getText() === "**");
}
