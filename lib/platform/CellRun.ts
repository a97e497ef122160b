import type { AsyncLocalStorage } from "node:async_hooks";

/**
 * One execution of one notebook cell, as seen by code that can stop early.
 * An interrupt holds until the cell has ended: whoever asks afterwards is told at once, so that a loop over
 * several trainings stops as a whole.
 */
export class CellRun {
  readonly #callbacks: Set<() => void> = new Set();
  #interrupted = false;

  get interrupted(): boolean {
    return this.#interrupted;
  }

  onInterrupt(callback: () => void): () => void {
    if (this.#interrupted) callback();
    else this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }

  /** Tells the listeners. False if nobody was told, so that the cell will not stop by itself. */
  interrupt(): boolean {
    const callbacks = [...this.#callbacks];
    this.#interrupted = true;
    this.#callbacks.clear();
    for (const callback of callbacks) callback();
    return callbacks.length > 0;
  }
}

const key = Symbol.for("scratch-nn.cellRuns");
const shared = globalThis as unknown as Record<symbol, AsyncLocalStorage<CellRun> | undefined>;

/** Makes `storage` what `currentCellRun` asks, in this process. */
export function shareCellRuns(storage: AsyncLocalStorage<CellRun>): void {
  shared[key] = storage;
}

/**
 * The cell that the calling code belongs to, also after the cell was abandoned.
 * Undefined outside this project's kernel. It survives a reload of the library, hence the global symbol.
 */
export function currentCellRun(): CellRun | undefined {
  return shared[key]?.getStore();
}
