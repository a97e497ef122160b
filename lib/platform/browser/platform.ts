import { inflateSync } from "fflate";
import { EnvironmentError } from "../../errors";
import { decodeBase64 } from "../../formats/base64";
import type { Platform } from "../Platform";
import type { BrowserGlobals } from "./BrowserGlobals";

const browser = globalThis as unknown as BrowserGlobals;
const bequeathed = new Map<string, unknown>();
/** The address of the script of a thread. */
let address: string | undefined;

/** A page, or a worker of one. Without cross-origin isolation its memory cannot be shared: there is one thread. */
export const platform: Platform = {
  variable: () => undefined,
  processors: () => (browser.crossOriginIsolated ? (browser.navigator?.hardwareConcurrency ?? 1) : 1),
  maySleep: browser.document === undefined,
  turn: () =>
    new Promise((resolve) => {
      const { port1, port2 } = new browser.MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    }),
  onSignal: () => () => {},
  allowListeners() {},
  startThread(script, data, onError) {
    if (!browser.crossOriginIsolated)
      throw new EnvironmentError("threads", "the page is not cross-origin isolated");
    address ??= browser.URL.createObjectURL(new browser.Blob([script], { type: "text/javascript" }));
    const worker = new browser.Worker(address);
    worker.onerror = onError;
    worker.postMessage(data);
  },
  inherited: (name) => bequeathed.get(name),
  bequeath: (name, value) => bequeathed.set(name, value),
  allowRelaxedSimd() {},
  hasWideVectors: () => false,
  widenVectors() {
    throw new EnvironmentError("SCRATCH_NN_SIMD", "256 needs Node.js, got a browser");
  },
  collectGarbage() {},
  sameBytes(a, b) {
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  },
  inflate: (text) => inflateSync(decodeBase64(text)),
  packageFolder: "scratch-nn",
  expectNode(where) {
    throw new EnvironmentError(
      where,
      "needs Node.js, got a browser, which has no files, processes or native libraries",
    );
  },
};
