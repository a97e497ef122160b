import type { AbortSignal } from "./AbortSignal";
import { onInterrupt } from "./interrupt";
import { platform } from "./node/platform";
import { turn } from "./turn";

/** How stoppable work learns that it is to end, and makes itself end. */
export interface Stop {
  /** Aborted when the work is to end. */
  readonly signal: AbortSignal;
  /** Ends the work because of an error, which `stoppable` throws when the work has ended; the first one counts. */
  fail(error: unknown): void;
}

/**
 * Does work that the caller's signal and the user's interrupt can stop, and returns what it gives. The work looks at
 * `stop.signal` and returns with what it has.
 * @throws what the work throws, or was told by `fail`.
 */
export async function stoppable<T>(
  signal: AbortSignal | undefined,
  work: (stop: Stop) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  platform.allowListeners(controller.signal);
  const stop = (): void => controller.abort();
  const failures: unknown[] = [];
  const fail = (error: unknown): void => {
    failures.push(error);
    stop();
  };
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  let unsubscribe: (() => void) | undefined;
  try {
    await turn();
    unsubscribe = onInterrupt(stop);
    const result = await work({ signal: controller.signal, fail });
    if (failures.length === 0) return result;
  } catch (error) {
    failures.push(error);
  } finally {
    unsubscribe?.();
    signal?.removeEventListener("abort", stop);
  }
  throw failures[0];
}
