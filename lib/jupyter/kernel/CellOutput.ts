import { PROGRESS_DISPLAY, progressBundle } from "../../notebook/progressText";
import type { Content } from "../wire";
import { OutputBuffer, type StreamName } from "./OutputBuffer";

interface Display extends Content {
  transient?: { display_id?: string };
}

interface Published {
  readonly type: string;
  content: Content;
}

/** How long a cell may run until it says so. */
const patienceMs = 700;

/**
 * Where the outputs of one cell go. While the cell runs, a line of progress may stand among them; at its end that is
 * taken away: as Jupyter cannot remove a single output, all are cleared and the others published again.
 */
export class CellOutput {
  readonly #buffer: OutputBuffer;
  readonly #publish: (type: string, content: Content) => void;
  /** What is left when the cell has ended; after that nothing is remembered. */
  #kept: Published[] | undefined = [];
  #progressShown = false;
  #clock: NodeJS.Timeout | undefined;

  /** @param telling whether somebody looks at the cell while it runs, and is to be told that it does. */
  constructor(publish: (type: string, content: Content) => void, telling = false) {
    this.#publish = publish;
    this.#buffer = new OutputBuffer((name, text) => this.#add("stream", { name, text }));
    if (telling) this.#tellTime();
  }

  write(name: StreamName, text: string): void {
    this.#buffer.write(name, text);
  }

  display(content: Display, update: boolean): void {
    this.#buffer.flush();
    const id = content.transient?.display_id;
    if (id === PROGRESS_DISPLAY) {
      clearInterval(this.#clock);
      this.#showProgress(content);
    } else if (update) {
      this.#publish("update_display_data", content);
      for (const published of this.#kept ?? []) {
        const shown = (published.content as Display).transient?.display_id;
        if (shown !== undefined && shown === id) published.content = content;
      }
    } else this.#add("display_data", content);
  }

  flush(): void {
    this.#buffer.flush();
  }

  /** The cell has ended: what it shows now stays. */
  end(): void {
    clearInterval(this.#clock);
    this.#buffer.flush();
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    if (!this.#progressShown) return;
    this.#progressShown = false;
    this.#publish("clear_output", { wait: kept.length > 0 });
    for (const { type, content } of kept) this.#publish(type, content);
  }

  #add(type: string, content: Content): void {
    this.#publish(type, content);
    const last = this.#kept?.at(-1);
    if (type === "stream" && last?.type === "stream" && last.content.name === content.name) {
      last.content = { ...last.content, text: `${last.content.text}${content.text}` };
    } else this.#kept?.push({ type, content });
  }

  #showProgress(content: Content): void {
    if (this.#kept === undefined) return;
    this.#publish(this.#progressShown ? "update_display_data" : "display_data", content);
    this.#progressShown = true;
  }

  #tellTime(): void {
    const start = performance.now();
    this.#clock = setInterval(() => {
      const seconds = Math.round((performance.now() - start) / 1000);
      const data = progressBundle(`running for ${seconds} s`, undefined);
      this.#showProgress({ data, metadata: {}, transient: { display_id: PROGRESS_DISPLAY } });
    }, patienceMs).unref();
  }
}
