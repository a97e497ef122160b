import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { pageExamples, root } from "./examples";
import { Examples } from "./runExamples";

const examples = pageExamples();
const compiled = new Examples(examples);
const printed: string[] = [];
afterAll(() => compiled.remove());

describe("the examples of the pages", () => {
  test("are the library's first lines, a search and five recipes", () => {
    const recipes = ["A layer", "An optimiser", "A sampler", "A dataset", "A notebook"];
    expect(examples.map(({ name }) => name)).toEqual([
      "README.md, The library in ten lines",
      ...recipes.map((recipe) => `CONTRIBUTING.md, ${recipe}`),
      "docs/search.md, Searches",
    ]);
  });

  test.each(examples.map(({ name }, i) => [name, i] as const))("%s: compiles and runs", (_, i) => {
    expect(compiled.problems(i)).toEqual([]);
    printed[i] = compiled.run(i);
  });

  test("the README's network learns what it says", () => {
    const accuracies = /([\d.]+)\s*\]$/.exec(printed[0] ?? "");
    expect(Number(accuracies?.[1])).toBeGreaterThan(0.965);
  });

  test("the README shadows nothing that the library exports", async () => {
    const names = Object.keys(await import("scratch-nn"));
    const declared = [...examples[0]!.code.matchAll(/\b(?:const|let|function|class) (?:\{([^}]*)\}|(\w+))/g)];
    const own = declared.flatMap(
      ([, group, name]) => group?.split(",").map((part) => part.trim()) ?? [name!],
    );
    expect(own).toContain("model");
    expect(own.filter((name) => names.includes(name))).toEqual([]);
  });
});

describe("README.md", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");

  test("has at most 120 lines", () => {
    expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(120);
  });

  test("names every room of the library, and no other", () => {
    const tree = /^lib\/[\s\S]*?^data\//m.exec(readme)?.[0] ?? "";
    const rooms = readdirSync(join(root, "lib"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !["dist", "node_modules"].includes(entry.name))
      .map(({ name }) => name);
    expect([...tree.matchAll(/^ {2}(\w+)\//gm)].map(([, name]) => name).sort()).toEqual(rooms.sort());
  });
});

test("the links of all pages lead somewhere", () => {
  const docs = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md"));
  const more = docs.map((file) => `docs/${file}`);
  const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md", ...more];
  const broken = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    return targets
      .filter(([, path, anchor]) => !leadsSomewhere(page, path!, anchor))
      .map(([link]) => `${page}: ${link}`);
  });
  expect(broken).toEqual([]);
});

function leadsSomewhere(page: string, path: string, anchor: string | undefined): boolean {
  const file = path === "" ? join(root, page) : join(root, dirname(page), path);
  if (!existsSync(file)) return false;
  if (anchor === undefined) return true;
  const headings = [...readFileSync(file, "utf8").matchAll(/^#+ (.+)$/gm)];
  return headings.some(
    ([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\w ]/g, "")
        .replaceAll(" ", "-") === anchor,
  );
}
