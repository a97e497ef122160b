import { readFileSync } from "node:fs";
import { FileError, messageOf } from "../../errors";

/** The notebook format 4.5 (nbformat.readthedocs.io), as far as a runner needs it; the rest is kept as it is. */
export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

export interface Cell {
  cell_type: "code" | "markdown" | "raw";
  id: string;
  metadata: { tags?: string[] };
  source: Text;
  execution_count?: number | null;
  outputs?: Output[];
}

export interface CodeCell extends Cell {
  cell_type: "code";
}

export type Output = StreamOutput | DisplayOutput;

export interface StreamOutput {
  output_type: "stream";
  name: "stdout" | "stderr";
  text: Text;
}

export interface DisplayOutput {
  output_type: "display_data";
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

/** On disk, text of several lines is a list with a line an entry. */
export type Text = string | string[];

export function joinText(text: Text): string {
  return typeof text === "string" ? text : text.join("");
}

function splitText(text: Text): string[] {
  return joinText(text).match(/[^\n]*\n|[^\n]+/g) ?? [];
}

export function isCode(cell: Cell): cell is CodeCell {
  return cell.cell_type === "code";
}

/** @throws FileError if there is no notebook of format 4.5 at `path`. */
export function readNotebook(path: string): Notebook {
  let notebook: Notebook;
  try {
    notebook = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new FileError(path, `must be a notebook, got: ${messageOf(error)}`);
  }
  const { nbformat, nbformat_minor, cells } = notebook;
  if (nbformat !== 4 || nbformat_minor < 5 || !Array.isArray(cells)) {
    throw new FileError(path, `must be a notebook of format 4.5, got ${nbformat}.${nbformat_minor}`);
  }
  return notebook;
}

/** The notebook byte for byte as Jupyter writes it: sorted keys, indented by one space, text split into lines. */
export function notebookText(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: splitText(cell.source),
    ...(isCode(cell) && { outputs: cell.outputs?.map(withSplitText) ?? [] }),
  }));
  return `${JSON.stringify(sortKeys({ ...notebook, cells }), null, 1)}\n`;
}

function withSplitText(output: Output): Output {
  if (output.output_type === "stream") return { ...output, text: splitText(output.text) };
  const data = Object.entries(output.data).map(([type, value]) =>
    typeof value === "string" && isText(type) ? [type, splitText(value)] : [type, value],
  );
  return { ...output, data: Object.fromEntries(data) };
}

function isText(mimeType: string): boolean {
  return mimeType.startsWith("text/") || ["application/javascript", "image/svg+xml"].includes(mimeType);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}
