import { setTimeout } from "node:timers/promises";
import { sendToRunner } from "../../notebook/runnerChannel";

const longestMs = 1000;
const checkMs = 10;
const waitingKinds = new Set(["Timeout", "Immediate", "FSReqCallback", "FSReqPromise"]);

/**
 * Tells the runner when the work that cells left behind (timers, promises that nobody awaits) has ended, or that it still
 * goes on after a second.
 */
export async function settle(): Promise<void> {
  const end = performance.now() + longestMs;
  let works = true;
  while (works && performance.now() < end) {
    await setTimeout(checkMs, undefined, { ref: false });
    works = process.getActiveResourcesInfo().some((kind) => waitingKinds.has(kind));
  }
  sendToRunner({ type: "settled", works, peakMemory: process.resourceUsage().maxRSS * 1024 });
}
