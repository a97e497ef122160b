import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { getEnvironmentData, setEnvironmentData, Worker } from "node:worker_threads";
import { inflateRawSync } from "node:zlib";
import { EnvironmentError } from "../../errors";
import type { Platform } from "../Platform";
import { collectGarbage } from "./collectGarbage";

const VERSION = Number(process.versions.node.split(".")[0]);
/** The first Node whose V8 joins pairs of 128-bit operations to good effect; that of Node 22 finds hardly any. */
const JOINS_FROM = 24;
const joinsVectors = VERSION >= JOINS_FROM && process.arch === "x64";

/** Node.js, and Deno and Bun, which do as it does. */
export const platform: Platform = {
  variable: (name) => process.env[name],
  processors: availableParallelism,
  maySleep: true,
  turn: () => new Promise((resolve) => setImmediate(resolve)),
  onSignal(callback) {
    process.once("SIGINT", callback);
    return () => process.off("SIGINT", callback);
  },
  allowListeners: (signal) => setMaxListeners(0, signal),
  startThread(script, data, onError) {
    const worker = new Worker(script, { eval: true, workerData: data, execArgv: [] });
    worker.unref();
    worker.on("error", onError);
  },
  inherited: getEnvironmentData,
  bequeath: (name, value) => setEnvironmentData(name, value as Parameters<typeof setEnvironmentData>[1]),
  allowRelaxedSimd() {
    // Node 20 has it behind a flag; later versions have it on.
    if (VERSION < 22) setFlagsFromString("--experimental-wasm-relaxed-simd");
  },
  hasWideVectors: () => joinsVectors && hasAvx2(),
  widenVectors(wide) {
    if (wide && !joinsVectors) {
      const got = `${process.version} on ${process.arch}`;
      throw new EnvironmentError(
        "SCRATCH_NN_SIMD",
        `256 needs Node.js ${JOINS_FROM} or later on x64, got ${got}`,
      );
    }
    if (joinsVectors) setFlagsFromString(`--${wide ? "" : "no-"}experimental-wasm-revectorize`);
  },
  collectGarbage,
  sameBytes: (a, b) => Buffer.compare(a, b) === 0,
  inflate: (text) => inflateRawSync(Buffer.from(text, "base64")),
  // In an ES module, which is what bundlers make of it, there is no such name.
  packageFolder: typeof __dirname === "string" ? join(__dirname, "../..") : process.cwd(),
  expectNode() {},
};

/** As Linux tells it; other systems have no such file, and nothing in Node.js says it. */
function hasAvx2(): boolean {
  try {
    return /\bavx2\b/.test(readFileSync("/proc/cpuinfo", "latin1"));
  } catch {
    return false;
  }
}
