import type { WriteStream } from "node:tty";
import { MultiBar, type SingleBar } from "cli-progress";
import { duration } from "../../notebook/duration";
import { progressShare, progressText } from "../../notebook/progressText";
import type { TrainingProgress } from "../../notebook/runnerChannel";
import type { RunWatcher } from "./runNotebook";

/** Bars in a terminal; elsewhere (a log, a pipe) a line for each cell that has ended. */
export function progressOn(stream: WriteStream): RunWatcher {
  return stream.isTTY ? new Bars(stream) : new Lines(stream);
}

class Bars implements RunWatcher {
  readonly #bars: MultiBar;
  #cells: SingleBar | undefined;
  #training: SingleBar | undefined;

  constructor(stream: WriteStream) {
    const format = "{bar} cell {cell}/{total}  {heading}  {duration_formatted}";
    const options = {
      stream,
      format,
      barsize: 24,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      hideCursor: true,
    };
    this.#bars = new MultiBar({ ...options, clearOnComplete: true, gracefulExit: false, autopadding: true });
  }

  runStarted(cells: number): void {
    this.#cells = this.#bars.create(cells, 0, { cell: 0, heading: "" });
  }

  cellStarted(cell: number, heading: string): void {
    this.#cells?.update(cell - 1, { cell, heading });
  }

  trainingAdvanced(progress: TrainingProgress): void {
    this.#training ??= this.#bars.create(1, 0, {}, { format: "{bar} {text}" });
    this.#training.update(progressShare(progress), { text: progressText(progress) });
  }

  cellEnded(): void {
    this.#cells?.increment();
    if (this.#training !== undefined) this.#bars.remove(this.#training);
    this.#training = undefined;
  }

  runEnded(): void {
    this.#bars.stop();
  }
}

class Lines implements RunWatcher {
  readonly #stream: WriteStream;
  #cells = 0;
  #cell = "";

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  runStarted(cells: number): void {
    this.#cells = cells;
  }

  cellStarted(cell: number, heading: string): void {
    this.#cell = `cell ${cell}/${this.#cells}  ${heading}`;
  }

  trainingAdvanced(): void {}

  cellEnded(seconds: number): void {
    this.#stream.write(`${this.#cell}  ${duration(seconds)}\n`);
  }

  runEnded(): void {}
}
