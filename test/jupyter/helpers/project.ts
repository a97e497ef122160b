import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { Cell, Notebook } from "../../../lib/dist/jupyter/runner/Notebook";

/** A temporary project with notebooks of its own, run by the real command: `npm run notebook`, unless told otherwise. */
export class Project {
  readonly folder: string = mkdtempSync(join(tmpdir(), "scratch-nn-test-"));

  constructor(private readonly command: string = "lib/dist/jupyter/runner/start.js") {
    writeFileSync(this.path("package.json"), '{ "name": "scratch-nn-notebooks" }');
    mkdirSync(this.path("notebooks"));
    symlinkSync(resolve("node_modules"), this.path("node_modules"));
  }

  path(relative: string): string {
    return join(this.folder, relative);
  }

  /** Writes notebooks/NAME.ipynb: a string is a code cell, `# …` a markdown cell; `// scorecard …` has that tag. */
  write(name: string, cells: readonly string[]): void {
    writeFileSync(this.path(`notebooks/${name}.ipynb`), `${JSON.stringify(notebookOf(cells), null, 1)}\n`);
  }

  text(relative: string): string {
    return readFileSync(this.path(relative), "utf8");
  }

  notebook(relative: string): Notebook {
    return JSON.parse(this.text(relative));
  }

  start(...args: string[]): ChildProcess {
    return this.startFrom(".", ...args);
  }

  /** As a user does in a folder of the project; the environment of its processes names the project's folder. */
  startFrom(folder: string, ...args: string[]): ChildProcess {
    return spawn(process.execPath, [resolve(this.command), ...args], {
      cwd: this.path(folder),
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, SCRATCH_NN_QUICK: "", INIT_CWD: this.path(folder), PWD: this.folder },
    });
  }

  async run(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    return this.runFrom(".", ...args);
  }

  async runFrom(
    folder: string,
    ...args: string[]
  ): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    return finished(this.startFrom(folder, ...args));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function finished(
  child: ChildProcess,
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, "close"),
  ]);
  return { exitCode, stdout, stderr };
}

function notebookOf(cells: readonly string[]): Notebook {
  return {
    cells: cells.map((source, index): Cell => {
      const metadata = source.startsWith("// scorecard") ? { tags: ["scorecard"] } : {};
      const common = { id: `cell-${index}`, metadata, source };
      return source.startsWith("# ")
        ? { cell_type: "markdown", ...common }
        : { cell_type: "code", ...common, execution_count: null, outputs: [] };
    }),
    metadata: { kernelspec: { display_name: "TypeScript", language: "typescript", name: "tslab" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
}
