import { workerData } from "node:worker_threads";
import type { ThreadData } from "../Platform";

/** In a thread of the kernels: what it was started with. */
export function receiveThreadData(begin: (data: ThreadData) => void): void {
  begin(workerData as ThreadData);
}
