import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root: string = resolve(__dirname, "../..");

/** TypeScript that a page or a docstring shows, and that has to run. */
export interface Example {
  /** Where it stands: `README.md, The library in ten lines`. */
  readonly name: string;
  readonly code: string;
}

const PAGES = ["README.md", "CONTRIBUTING.md", ...pagesOf("docs")];

function pagesOf(folder: string): string[] {
  const files = readdirSync(join(root, folder)).filter((file) => file.endsWith(".md"));
  return files.sort().map((file) => `${folder}/${file}`);
}

/** The blocks marked `ts` of all pages, each under the heading before it. */
export function pageExamples(): Example[] {
  return PAGES.flatMap((page) => {
    const examples: Example[] = [];
    let heading = "";
    const text = readFileSync(join(root, page), "utf8");
    for (const [, title, code] of text.matchAll(/^#+ (.+)$|^```ts\n([\s\S]*?)^```$/gm)) {
      if (title !== undefined) heading = title;
      else if (code !== undefined) examples.push({ name: `${page}, ${heading}`, code });
    }
    return examples;
  });
}
