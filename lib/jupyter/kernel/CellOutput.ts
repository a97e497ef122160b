import type { Content } from "../wire";
import { OutputBuffer, type StreamName } from "./OutputBuffer";

/** Where the outputs of one cell go. */
export class CellOutput {
  readonly #buffer: OutputBuffer;
  readonly #publish: (type: string, content: Content) => void;

  constructor(publish: (type: string, content: Content) => void) {
    this.#publish = publish;
    this.#buffer = new OutputBuffer((name, text) => publish("stream", { name, text }));
  }

  write(name: StreamName, text: string): void {
    this.#buffer.write(name, text);
  }

  display(content: Content, update: boolean): void {
    this.#buffer.flush();
    this.#publish(update ? "update_display_data" : "display_data", content);
  }

  flush(): void {
    this.#buffer.flush();
  }
}
