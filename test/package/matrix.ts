/*
 * npm run package-matrix [-- NAME …]: packs the package, installs it from the archive in an empty folder, and lets a
 * program train there wherever that can be tried: several versions of Node.js, Deno, Bun, bundlers, a browser. Every
 * place has to give the same bits (but Bun's: its engine is another).
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { chromium } from "playwright-core";
import ts from "typescript";
import { findBrowser } from "../helpers/findBrowser";
import { Application, execute, npm, pack, type Trained } from "./Application";
import { openPage } from "./page";

/** Counts the threads that a program starts, and prints the number after what the program prints. */
const COUNT_THREADS = `
  const threads = require("node:worker_threads");
  const { Worker } = threads;
  let online = 0;
  threads.Worker = class extends Worker {
    constructor(...args) { super(...args); this.on("online", () => online++); }
  };
  process.on("exit", () => console.log(online));
`;

const application = new Application();
const { folder } = application;
const archives = mkdtempSync(join(tmpdir(), "pack-"));

/** The program's own result, with how many threads helped it. */
interface Run extends Trained {
  readonly threads: number | undefined;
}

function parse(output: string): Run {
  const [line = "", threads] = output.trim().split("\n");
  return { ...(JSON.parse(line) as Trained), threads: threads === undefined ? undefined : Number(threads) };
}

const node = (file: string, command = process.execPath): Run =>
  parse(execute(command, ["-r", "./countThreads.cjs", file], folder));

function nodeOfVersion(version: string, before: readonly string[] = []): Run {
  const place = mkdtempSync(join(archives, "node-"));
  npm(place, "install", "--prefix", place, `node@${version}`);
  const command = join(place, "node_modules/node/bin/node");
  console.log(`  ${execute(command, ["--version"], place).trim()}`);
  const run = parse(execute(command, ["-r", "./countThreads.cjs", ...before, "train.mjs"], folder));
  node("train.cjs", command);
  return run;
}

function runtime(name: string, args: readonly string[], file: string): Run {
  const place = mkdtempSync(join(archives, `${name}-`));
  npm(place, "install", "--prefix", place, name);
  const command = join(place, "node_modules/.bin", name);
  console.log(`  ${execute(command, ["--version"], place).trim().split("\n")[0]}`);
  return parse(execute(command, [...args, file], folder));
}

async function bundled(platform: "node" | "browser", format: "cjs" | "esm", outfile: string): Promise<void> {
  await esbuild.build({
    entryPoints: [application.path("train.ts")],
    outfile: application.path(outfile),
    ...{ bundle: true, platform, format, logLevel: "error", absWorkingDir: folder },
  });
}

function viteBundle(outDir: string, ssr: boolean): void {
  const config = `export default { logLevel: "error", build: { outDir: "${outDir}", target: "es2022", ${
    ssr ? 'ssr: "train.ts"' : ""
  } }, ssr: { noExternal: true } };`;
  writeFileSync(application.path("vite.config.mjs"), config);
  execute(process.execPath, [join(require.resolve("vite/package.json"), "../bin/vite.js"), "build"], folder);
}

async function inBrowser(place: string, isolated: boolean): Promise<Run> {
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ["--no-sandbox"] });
  try {
    const { text, workers } = await openPage(browser, application.path(place), isolated);
    return { ...(JSON.parse(text) as Trained), threads: workers };
  } finally {
    await browser.close();
  }
}

function types(version: string): undefined {
  npm(folder, "install", "--no-save", `typescript@${version}`);
  for (const [module, resolution] of [
    ["commonjs", version.startsWith("5") ? "node10" : "bundler"],
    ["node16", "node16"],
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ] as const) {
    application.configure(module, resolution);
    execute(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."], folder);
  }
}

/** A page that loads the file as it is, and one for Vite. */
function writePages(): void {
  mkdirSync(application.path("plain"));
  const installed = application.path("node_modules/scratch-nn/dist/browser/scratch-nn.js");
  writeFileSync(application.path("plain/scratch-nn.js"), readFileSync(installed));
  const program = readFileSync(application.path("train.mjs"), "utf8");
  writeFileSync(application.path("plain/train.js"), program.replace('"scratch-nn"', '"./scratch-nn.js"'));
  const page = (script: string): string => `<!doctype html><script type="module" src="${script}"></script>`;
  writeFileSync(application.path("plain/index.html"), page("./train.js"));
  writeFileSync(application.path("index.html"), page("./train.ts"));
  mkdirSync(application.path("esbuilt"));
  writeFileSync(application.path("esbuilt/index.html"), page("./train.js"));
}

const PLACES: Readonly<Record<string, () => Run | undefined | Promise<Run | undefined>>> = {
  "Node.js 20": () => nodeOfVersion("20"),
  "Node.js 22": () => nodeOfVersion("22"),
  "Node.js 24": () => nodeOfVersion("24"),
  "Node.js 24, 256 bits": () => nodeOfVersion("24", ["-r", "./wide.cjs"]),
  "Node.js 26": () => nodeOfVersion("26"),
  Deno: () => runtime("deno", ["run", "-A"], "train.mjs"),
  Bun: () => runtime("bun", ["run"], "train.mjs"),
  "TypeScript 5.0": () => types("5.0"),
  "TypeScript 5.9": () => types("5.9"),
  "newest TypeScript": () => types("latest"),
  "esbuild, CommonJS": async () => {
    await bundled("node", "cjs", "bundle.cjs");
    return node("bundle.cjs");
  },
  "esbuild, ES module": async () => {
    await bundled("node", "esm", "bundle.mjs");
    return node("bundle.mjs");
  },
  "Vite for Node.js": () => {
    viteBundle("server", true);
    return node("server/train.mjs");
  },
  "page, isolated": () => inBrowser("plain", true),
  "page, not isolated": () => inBrowser("plain", false),
  "esbuild for a page": async () => {
    await bundled("browser", "esm", "esbuilt/train.js");
    return inBrowser("esbuilt", true);
  },
  "Vite for a page": () => {
    viteBundle("site", false);
    return inBrowser("site", true);
  },
};

function sizeOf(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;

async function main(): Promise<void> {
  const archive = pack(archives);
  npm(folder, "install", archive);
  writeFileSync(application.path("countThreads.cjs"), COUNT_THREADS);
  writeFileSync(application.path("wide.cjs"), 'process.env.SCRATCH_NN_SIMD = "256";');
  application.transpile(ts.ModuleKind.CommonJS, "train.cjs");
  application.transpile(ts.ModuleKind.ES2022, "train.mjs");
  writePages();
  const browserModule = application.path("node_modules/scratch-nn/dist/browser/scratch-nn.js");
  console.log(
    `packed ${kilobytes(sizeOf(archive))}, installed ${kilobytes(sizeOf(application.path("node_modules")))}`,
  );
  console.log(`for a browser ${kilobytes(sizeOf(browserModule))}`);
  const expected = JSON.stringify({ ...node("train.cjs"), threads: undefined });
  const names = process.argv.slice(2);
  let failed = 0;
  for (const [name, run] of Object.entries(PLACES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const began = performance.now();
    try {
      const result = await run();
      const same = result === undefined || JSON.stringify({ ...result, threads: undefined }) === expected;
      if (result && result.xor.accuracy !== 1) throw new Error(`accuracy ${result.xor.accuracy}`);
      if (!same && name !== "Bun") throw new Error(`other bits: ${JSON.stringify(result)}`);
      const notes = [
        same ? "" : "other bits",
        result?.threads === undefined ? "" : `${result.threads} more threads`,
      ];
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(`passed: ${[name, ...notes].filter(Boolean).join(", ")} (${seconds} s)`);
    } catch (error) {
      failed++;
      console.log(`failed: ${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  process.exitCode = failed > 0 ? 1 : 0;
}

main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  })
  .finally(() => {
    application.remove();
    rmSync(archives, { recursive: true, force: true });
  });
