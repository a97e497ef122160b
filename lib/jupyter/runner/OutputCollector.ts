import type { Content } from "../wire";
import { type DisplayOutput, type ErrorOutput, joinText, type Output, type StreamOutput } from "./Notebook";

interface DisplayContent {
  data: DisplayOutput["data"];
  metadata: DisplayOutput["metadata"];
  transient?: { display_id?: string };
}

/** Turns the messages of a kernel into the outputs that a notebook stores. */
export class OutputCollector {
  readonly #displays: Map<string, DisplayOutput[]> = new Map();
  #outputs: Output[] = [];

  /** Starts a cell; returns its outputs, which fill as messages arrive. An update may still change those of earlier cells. */
  startCell(): Output[] {
    this.#outputs = [];
    return this.#outputs;
  }

  add(type: string, content: Content): void {
    if (type === "stream") this.#addStream(content as unknown as StreamOutput);
    else if (type === "display_data") this.#addDisplay(content as unknown as DisplayContent);
    else if (type === "error") this.#addError(content as unknown as ErrorOutput);
    else if (type === "update_display_data") this.#updateDisplays(content as unknown as DisplayContent);
  }

  #addStream({ name, text }: StreamOutput): void {
    const last = this.#outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name)
      last.text = joinText(last.text) + joinText(text);
    else this.#outputs.push({ output_type: "stream", name, text });
  }

  #addDisplay({ data, metadata, transient }: DisplayContent): void {
    const output: DisplayOutput = { output_type: "display_data", data, metadata };
    this.#outputs.push(output);
    const id = transient?.display_id;
    if (id === undefined) return;
    this.#displays.set(id, [...(this.#displays.get(id) ?? []), output]);
  }

  #addError({ ename, evalue, traceback }: ErrorOutput): void {
    this.#outputs.push({ output_type: "error", ename, evalue, traceback });
  }

  #updateDisplays({ data, metadata, transient }: DisplayContent): void {
    for (const output of this.#displays.get(transient?.display_id ?? "") ?? []) {
      output.data = data;
      output.metadata = metadata;
    }
  }
}
