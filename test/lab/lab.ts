/**
 * The check of the notebook in JupyterLab, in a real browser: `ts-node test/lab/lab.ts [NOTEBOOK]`.
 * It works on a copy in quick mode; its screenshots go to $CI_ARTIFACTS, or to .scratch/lab.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";
import { type LabCommand, labCommand } from "../../lib/jupyter/lab/labCommand";
import { virtualEnvironment } from "../../lib/jupyter/lab/virtualEnvironment";
import { findBrowser } from "../helpers/findBrowser";
import { copyWithoutOutputs } from "./copyWithoutOutputs";
import { expected } from "./expected";
import { LabPage, until } from "./LabPage";
import { LabServer } from "./labServer";

const root = resolve(__dirname, "../..");
const folder = join(root, ".scratch/lab");
const copy = ".scratch/lab/main.ipynb";
const screenshots = process.env.CI_ARTIFACTS ?? folder;

function checks(lab: LabPage): Record<string, () => Promise<void>> {
  const training = lab.cells(expected.training).last();
  const report = lab.cells(expected.report).last();
  return {
    "a training draws while it runs": async () => {
      await lab.open(`lab/workspaces/check/tree/${copy}`);
      await lab.menu("Run", "Run All Cells");
      await until("the training runs", async () => (await lab.prompt(training)) === "*", 300);
      await training.scrollIntoViewIfNeeded();
      await until("its figure is there", async () => (await lab.figure(training)) !== "");
      const before = await lab.figure(training);
      await until("its figure grows", async () => (await lab.figure(training)) !== before);
      if ((await lab.prompt(training)) !== "*")
        throw new Error("the figure came when the training had ended");
    },
    "all cells run": () => lab.allEnded(),
    "the classification report is there": async () => {
      await report.scrollIntoViewIfNeeded();
      if (!expected.reportHeader.test(await lab.output(report))) throw new Error(await lab.output(report));
    },
    "another hyperparameter gives another figure": async () => {
      const before = await lab.ticks(training);
      await lab.edit(training, expected.change);
      await lab.run(training);
      await until(
        "the axis changes",
        async () => String(await lab.ticks(training)) === String(expected.epochs),
      );
      if (String(before) === String(expected.epochs)) throw new Error("the axis was so before");
    },
    "an interrupt ends a training, and the kernel goes on": async () => {
      await lab.edit(training, expected.prolong);
      for (let round = 0; round < 2; round++) {
        await lab.start(training);
        await until("the training has begun", async () => (await lab.figure(training)) !== "");
        await new Promise((resolve) => setTimeout(resolve, 1000));
        if ((await lab.prompt(training)) !== "*") throw new Error("the training ended by itself");
        const start = Date.now();
        await lab.interrupt();
        await lab.ended(training);
        const seconds = (Date.now() - start) / 1000;
        const said = await lab.output(training);
        if (!said.includes(expected.interrupted)) throw new Error(`it was not interrupted:\n${said}`);
        console.log(`  interrupted in ${seconds} s`);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      await lab.run(report);
      if (!expected.reportHeader.test(await lab.output(report))) throw new Error(await lab.output(report));
    },
  };
}

async function main(): Promise<void> {
  copyWithoutOutputs(resolve(process.argv[2] ?? join(root, "notebooks/main.ipynb")), join(root, copy));
  mkdirSync(screenshots, { recursive: true });
  const executablePath = findBrowser();
  const environment = { SCRATCH_NN_QUICK: "1", SCRATCH_NN_OUTPUT: ".scratch/lab" };
  const python = await virtualEnvironment(root, console.log, new AbortController().signal);
  const command = (options: readonly string[]): LabCommand => labCommand(root, [...options, copy]);
  const server = await LabServer.start(root, python, command, environment);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.setDefaultTimeout(120_000);
    let passed = 0;
    const list = Object.entries(checks(new LabPage(page, server)));
    for (const [index, [name, check]] of list.entries()) {
      const error = await check().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      await page.screenshot({ path: join(screenshots, `lab-${index + 1}.png`) });
      console.log(`${error === undefined ? "passed" : "failed"}: ${name}`);
      if (error !== undefined) {
        console.error(error);
        break;
      }
      passed++;
    }
    console.log(`${passed} passed, ${list.length - passed} failed`);
    process.exitCode = passed === list.length ? 0 : 1;
  } finally {
    await browser.close();
    await server.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
