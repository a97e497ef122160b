import { currentCellRun } from "./CellRun";
import { platform } from "./node/platform";

/**
 * Calls back when the user interrupts the running cell (Kernel > Interrupt in JupyterLab), or presses Ctrl-C in a
 * plain Node program. Returns the function that unsubscribes; call it when the work has ended.
 *
 * In a notebook the cell then goes on after the work that stopped, so `const history = await fit(…)` ends with what
 * was trained. The interrupt holds for the rest of the cell: a later `onInterrupt` in it calls back at once. A second
 * interrupt abandons a cell that does not end.
 *
 * Signals arrive between two turns of the event loop: the work has to yield with `setImmediate` now and then, and a
 * kernel other than this project's needs the first yield before the subscription (a SIGINT listener added in the
 * synchronous part of a cell makes tslab's next interrupt kill the kernel).
 */
export function onInterrupt(callback: () => void): () => void {
  const run = currentCellRun();
  if (run !== undefined) return run.onInterrupt(callback);
  return platform.onSignal(callback);
}
