import { getThreads, setThreads } from "scratch-nn";
import { threadsReady } from "../../lib/dist/kernels/threads";

/** Runs `work` with that many threads, all of them started; afterwards the number is what it was. */
export async function withThreads<T>(count: number, work: () => T | Promise<T>): Promise<T> {
  const before = getThreads();
  setThreads(count);
  try {
    while (threadsReady() < count - 1) await new Promise((resolve) => setTimeout(resolve, 5));
    return await work();
  } finally {
    setThreads(before);
  }
}
