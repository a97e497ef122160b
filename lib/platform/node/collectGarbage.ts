import { setFlagsFromString } from "node:v8";
import { createContext, runInNewContext, Script } from "node:vm";

let collect: (() => void) | undefined;

/**
 * Collects garbage now, so that a `WeakRef` to what nobody holds is empty when this returns, also in a job that never
 * ends. An engine that cannot be told does nothing; there it happens in its own time, between two turns.
 */
export function collectGarbage(): void {
  collect ??= collector();
  collect();
}

/**
 * V8 keeps what a job's weak references have given or were made for until the job's end, which is a checkpoint of
 * microtasks. The end of a script in a context with microtasks of its own is one too, and runs no promise of ours.
 */
function collector(): () => void {
  try {
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    const checkpoint = new Script("0");
    const context = createContext({}, { microtaskMode: "afterEvaluate" });
    return () => {
      checkpoint.runInContext(context);
      gc();
    };
  } catch {
    return () => {};
  }
}
