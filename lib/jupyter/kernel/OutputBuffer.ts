export type StreamName = "stdout" | "stderr";

const intervalMs = 50;

/**
 * Joins what a cell writes into few messages, in the order it was written: a message when a turn of the event loop
 * ends, and one every 50 ms while it lasts, so that a synchronous stretch is seen while it runs.
 */
export class OutputBuffer {
  readonly #send: (name: StreamName, text: string) => void;
  #chunks: { name: StreamName; text: string }[] = [];
  #flushPlanned = false;
  #lastFlush = 0;

  constructor(send: (name: StreamName, text: string) => void) {
    this.#send = send;
  }

  write(name: StreamName, text: string): void {
    const last = this.#chunks.at(-1);
    if (last?.name === name) last.text += text;
    else this.#chunks.push({ name, text });
    if (performance.now() - this.#lastFlush >= intervalMs) this.flush();
    else if (!this.#flushPlanned) this.#planFlush();
  }

  flush(): void {
    const chunks = this.#chunks;
    this.#chunks = [];
    for (const { name, text } of chunks) this.#send(name, text);
    this.#lastFlush = performance.now();
  }

  #planFlush(): void {
    this.#flushPlanned = true;
    setImmediate(() => {
      this.#flushPlanned = false;
      this.flush();
    });
  }
}
