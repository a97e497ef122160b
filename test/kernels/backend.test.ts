import { Worker } from "node:worker_threads";
import {
  ArgumentError,
  EnvironmentError,
  getThreads,
  Linear,
  RandomState,
  setThreads,
  Tensor,
} from "scratch-nn";
import { afterEach, expect, test } from "vitest";
import {
  activeBlas,
  type Backend,
  type BackendInfo,
  backendInfo,
  setBackend,
} from "../../lib/dist/kernels/backend";
import { expectClose } from "../helpers/expectClose";
import { expectSameBits } from "../helpers/expectSameBits";
import { foundBlas } from "../helpers/foundBlas";
import { randomTensor } from "../helpers/randomTensor";
import { runNode } from "../helpers/runNode";

const NOWHERE = "/nowhere/libnone.so";

afterEach(() => setBackend("wasm"));

test("the default is the library's own kernels, and loads nothing of koffi", () => {
  const printed = runNode(`
    const { Tensor } = require("scratch-nn");
    const { backendInfo } = require("./lib/dist/kernels/backend");
    const product = Tensor.ones([2, 3]).matmul(Tensor.ones([3, 2]));
    const native = Object.keys(require.cache).filter((file) => file.includes("koffi"));
    console.log(JSON.stringify({ ...backendInfo(), first: product.data[0], native }));`);
  expect(JSON.parse(printed)).toEqual({
    backend: "wasm",
    threads: getThreads(),
    simd: "relaxed",
    vectorBits: 128,
    first: 3,
    native: [],
  });
});

test("with BLAS products go to the library, to rounding the same", () => {
  const blas = foundBlas();
  const a = randomTensor([33, 50]);
  const b = randomTensor([50, 21], { seed: 2 });
  setBackend("wasm");
  const wanted = a.matmul(b);
  if (!blas) {
    expect(() => setBackend("blas")).toThrow(EnvironmentError);
    return;
  }
  setBackend("blas", { library: blas.library });
  expect(backendInfo()).toEqual({
    backend: "blas",
    threads: getThreads(),
    simd: "relaxed",
    vectorBits: 128,
    library: blas.library,
    ...(blas.config ? { config: blas.config } : {}),
  });
  expect(activeBlas()).toBe(blas);
  expectClose(a.matmul(b).data, wanted.data, 1e-5);
});

test("a layer gives the same with BLAS to rounding, and to the bit where it skips the zeros", () => {
  if (!foundBlas()) return;
  for (const density of [1, 0.2]) {
    const run = (backend: Backend): Tensor[] => {
      setBackend(backend, backend === "blas" ? { library: foundBlas()!.library } : {});
      const layer = new Linear(60, 40, { random: new RandomState(1) });
      const y = layer.forward(randomTensor([20, 60], { density }));
      const dx = layer.backward(randomTensor([20, 40], { seed: 2 }));
      return [y, layer.weight.grad, dx];
    };
    const [y, dw, dx] = run("blas");
    const [wantedY, wantedDw, wantedDx] = run("wasm");
    const compare = density < 1 ? expectSameBits : (g: never, w: never) => expectClose(g, w, 1e-5);
    compare(y!.data as never, wantedY!.data as never);
    compare(dw!.data as never, wantedDw!.data as never);
    expectClose(dx!.data, wantedDx!.data, 1e-5);
  }
});

test("setThreads reaches the library", () => {
  const blas = foundBlas();
  if (!blas) return;
  setBackend("blas", { library: blas.library });
  const before = getThreads();
  for (const count of [1, 2]) {
    setThreads(count);
    Tensor.ones([4, 4]).matmul(Tensor.ones([4, 4]));
    expect([count, undefined]).toContain(blas.threads());
  }
  setThreads(before);
});

test("a library that is not there is an error and leaves the backend as it was", () => {
  setBackend("wasm");
  expect(() => setBackend("blas", { library: NOWHERE })).toThrow(`looked at: ${NOWHERE}`);
  expect(backendInfo().backend).toBe("wasm");
  const blas = foundBlas();
  if (!blas) return;
  setBackend("blas", { library: blas.library });
  expect(() => setBackend("blas", { library: NOWHERE })).toThrow(EnvironmentError);
  expect(backendInfo().library).toBe(blas.library);
});

test("other names, and a library for the kernels, are refused", () => {
  expect(() => setBackend("cuda" as Backend)).toThrow(
    new ArgumentError("setBackend", 'backend must be "wasm" or "blas", got "cuda"'),
  );
  expect(() => setBackend("wasm", { library: NOWHERE })).toThrow(
    new ArgumentError("setBackend", 'library is for the backend "blas", got it with "wasm"'),
  );
});

const SAY = `
  const { Tensor } = require("scratch-nn");
  const { backendInfo, setBackend } = require("./lib/dist/kernels/backend");
  const say = (what) => { try { return what(); } catch (error) { return String(error); } };`;

test("SCRATCH_NN_BACKEND=blas without a BLAS throws at every use, until another backend is chosen", () => {
  const script = `${SAY}
    const product = () => say(() => Tensor.ones([1, 2]).matmul(Tensor.ones([2, 1])).data[0]);
    const said = [product(), product(), say(backendInfo)];
    setBackend("wasm");
    console.log(JSON.stringify([...said, product()]));`;
  const said = JSON.parse(
    runNode(script, { SCRATCH_NN_BACKEND: "blas", SCRATCH_NN_BLAS: NOWHERE }),
  ) as unknown[];
  for (const error of said.slice(0, 3))
    expect(error).toMatch(/^EnvironmentError: backend "blas": .*\/nowhere\/libnone\.so/);
  expect(said[3]).toBe(2);
});

test("SCRATCH_NN_BACKEND chooses the backend, and no other word does", () => {
  const info = `${SAY} console.log(say(() => JSON.stringify(backendInfo())));`;
  expect(runNode(info, { SCRATCH_NN_BACKEND: "mkl" })).toBe(
    'ArgumentError: SCRATCH_NN_BACKEND: backend must be "wasm" or "blas", got "mkl"',
  );
  expect(JSON.parse(runNode(info, { SCRATCH_NN_BACKEND: "wasm" }))).toMatchObject({ backend: "wasm" });
  const blas = foundBlas();
  if (!blas) return;
  const chosen = runNode(info, { SCRATCH_NN_BACKEND: "blas", SCRATCH_NN_BLAS: blas.library });
  expect(JSON.parse(chosen)).toMatchObject({ backend: "blas", library: blas.library });
});

test("threads started later inherit the choice", async () => {
  const inWorker = (): Promise<BackendInfo> =>
    new Promise((resolve, reject) => {
      const script = `${SAY} require("node:worker_threads").parentPort.postMessage(backendInfo());`;
      new Worker(script, {
        eval: true,
        env: { ...process.env, SCRATCH_NN_BACKEND: "blas", SCRATCH_NN_BLAS: NOWHERE },
      })
        .once("message", resolve)
        .once("error", reject);
    });
  setBackend("wasm");
  expect((await inWorker()).backend).toBe("wasm");
  const blas = foundBlas();
  if (!blas) return;
  setBackend("blas", { library: blas.library });
  expect((await inWorker()).library).toBe(blas.library);
  expectClose(Tensor.ones([2, 3]).matmul(Tensor.ones([3, 2])).data, [3, 3, 3, 3], 0);
});
