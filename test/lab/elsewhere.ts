/**
 * The check of the notebook in a Jupyter that is not the project's: `ts-node test/lab/elsewhere.ts`. Its kernel is
 * registered there by `npm run kernel`; then nbconvert, `jupyter execute` and Notebook 7 in a real browser run a copy of
 * notebooks/main.ipynb in quick mode, and so does Deno's kernel. The screenshot goes to $CI_ARTIFACTS, or to .scratch/lab.
 */
import { deepStrictEqual } from "node:assert";
import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { virtualEnvironment } from "../../lib/jupyter/lab/virtualEnvironment";
import { isCode, joinText, readNotebook } from "../../lib/jupyter/runner/Notebook";
import { findBrowser } from "../helpers/findBrowser";
import { copyWithoutOutputs } from "./copyWithoutOutputs";
import { expected } from "./expected";
import { LabPage } from "./LabPage";
import { LabServer } from "./labServer";

const root = resolve(__dirname, "../..");
const jupyter = join(root, ".scratch/jupyter");
const folder = join(root, ".scratch/elsewhere");
const copy = join(folder, "main.ipynb");
const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const screenshots = process.env.CI_ARTIFACTS ?? join(root, ".scratch/lab");

/** Nothing is written to the home folder, and this Node.js is the one that is found. */
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  JUPYTER_CONFIG_DIR: join(jupyter, "config"),
  JUPYTER_DATA_DIR: join(jupyter, "data"),
  JUPYTER_RUNTIME_DIR: join(jupyter, "runtime"),
  IPYTHONDIR: join(jupyter, "ipython"),
  SCRATCH_NN_QUICK: "1",
  SCRATCH_NN_OUTPUT: ".scratch/elsewhere",
};

/** What each cell of a notebook that was run prints, and what it displays. @throws Error with the first error. */
function shownIn(path: string): string[] {
  return readNotebook(path)
    .cells.filter(isCode)
    .map(({ outputs = [] }) => {
      const parts = outputs.map((output) => {
        if (output.output_type === "error") throw new Error(`${path}: ${output.evalue}`);
        return output.output_type === "stream"
          ? { printed: joinText(output.text), displayed: "" }
          : { printed: "", displayed: JSON.stringify(output.data) };
      });
      return [...parts.map(({ printed }) => printed), ...parts.map(({ displayed }) => displayed)].join("");
    });
}

/** Installs Deno, and makes its kernel known. */
function registerDeno(prefix: string, options: ExecFileSyncOptions): void {
  const place = join(jupyter, "deno");
  mkdirSync(place, { recursive: true });
  execFileSync(npm, ["install", "--no-save", "--prefix", place, "deno@2.9.6"], options);
  const kernel = join(prefix, "share/jupyter/kernels/deno");
  mkdirSync(kernel, { recursive: true });
  const argv = [join(place, "node_modules/.bin/deno"), "jupyter", "--kernel", "--conn", "{connection_file}"];
  const spec = { argv, display_name: "Deno", language: "typescript" };
  writeFileSync(join(kernel, "kernel.json"), JSON.stringify(spec));
}

/** Language servers are looked for with npm, which writes a log into the home folder. */
const WITHOUT_SERVERS = "--ServerApp.jpserver_extensions={'jupyter_lsp': False}";

async function inNotebook7(python: string): Promise<void> {
  const rootToo = process.getuid?.() === 0 ? ["--allow-root"] : [];
  const server = await LabServer.start(
    root,
    python,
    (options) => ({
      args: ["-m", "notebook", `--ServerApp.root_dir=${root}`, WITHOUT_SERVERS, ...rootToo, ...options],
      environment,
    }),
    {},
  );
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(120_000);
    const notebook = new LabPage(page, server);
    await notebook.open("notebooks/.scratch/elsewhere/main.ipynb");
    await notebook.menu("Run", "Run All Cells");
    await notebook.allEnded();
    const report = notebook.cells(expected.report).last();
    await report.scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(screenshots, "notebook-7.png") });
    const said = await notebook.output(report);
    if (!expected.reportHeader.test(said)) throw new Error(said);
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function main(): Promise<void> {
  for (const needed of [jupyter, folder, screenshots]) mkdirSync(needed, { recursive: true });
  copyFileSync(join(__dirname, "requirements.txt"), join(jupyter, "requirements.txt"));
  const python = await virtualEnvironment(jupyter, console.log, new AbortController().signal);
  const prefix = dirname(dirname(python));
  const options = {
    cwd: root,
    env: environment,
    stdio: "inherit",
    shell: process.platform === "win32",
  } as const;
  execFileSync(npm, ["run", "kernel", "--", "--prefix", prefix], options);
  copyWithoutOutputs(join(root, "notebooks/main.ipynb"), copy);
  const execute = (...args: readonly string[]): void => {
    execFileSync(python, ["-m", "jupyter", ...args], { ...options, shell: false });
  };

  const convert = ["nbconvert", "--to", "notebook", "--execute", copy, "--output"];
  execute(...convert, "converted");
  const shown = shownIn(join(folder, "converted.ipynb"));
  if (!shown.some((text) => expected.reportHeader.test(text))) throw new Error(shown.join("\n"));
  console.log("passed: nbconvert --execute");

  execute("execute", "--output=executed", copy);
  deepStrictEqual(shownIn(join(folder, "executed.ipynb")), shown);
  console.log("passed: jupyter execute");

  registerDeno(prefix, options);
  execute(...convert, "deno", "--ExecutePreprocessor.kernel_name=deno");
  deepStrictEqual(shownIn(join(folder, "deno.ipynb")), shown);
  console.log("passed: Deno's kernel shows the same");

  await inNotebook7(python);
  console.log("passed: Notebook 7");
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
