import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { type Example, root } from "./examples";

const options: ts.CompilerOptions = {
  strict: true,
  noImplicitOverride: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  types: ["node"],
};

/** Examples written down as ES modules of a user, compiled against the built package's types. */
export class Examples {
  readonly #folder: string;
  readonly #files: readonly string[];
  readonly #program: ts.Program;

  constructor(examples: readonly Example[]) {
    // Inside the project, where "scratch-nn" is found.
    mkdirSync(join(root, ".scratch"), { recursive: true });
    this.#folder = mkdtempSync(join(root, ".scratch/examples-"));
    this.#files = examples.map((_, i) => join(this.#folder, `${i}.mts`));
    for (const [i, { code }] of examples.entries()) writeFileSync(this.#files[i]!, code);
    this.#program = ts.createProgram(this.#files, options);
  }

  /** What the compiler finds in an example. */
  problems(index: number): string[] {
    const file = this.#program.getSourceFile(this.#files[index]!);
    return ts.getPreEmitDiagnostics(this.#program, file).map(({ messageText, start = 0 }) => {
      const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `line ${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
  }

  /** Runs an example in a Node of its own, where everything it makes goes to a folder that is removed; what it printed. */
  run(index: number): string {
    const file = this.#program.getSourceFile(this.#files[index]!);
    this.#program.emit(file);
    const script = this.#files[index]!.replace(/mts$/, "mjs");
    const env = { ...process.env, SCRATCH_NN_OUTPUT: join(this.#folder, `${index}`), SCRATCH_NN_QUICK: "1" };
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { env, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr || `exit code ${status}`);
    return stdout.trim();
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
