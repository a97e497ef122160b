import { FileError } from "../../errors";
import { parseJson, readText } from "../../platform/readFile";

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

export type Output = StreamOutput | DisplayOutput | ErrorOutput;

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

export interface ErrorOutput {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: string[];
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

/**
 * A notebook of format 4. One of an older minor version (Colab writes 4.0) becomes 4.5: its cells get ids, as nbformat
 * gives them.
 * @throws FileError if there is none at `path`.
 */
export function readNotebook(path: string): Notebook {
  const notebook = parseJson(readText(path), path, "a notebook") as Partial<Notebook> | null;
  const { nbformat, nbformat_minor = 0, cells, metadata = {} } = notebook ?? {};
  if (typeof nbformat === "number" && nbformat !== 4) {
    throw new FileError(
      path,
      `expected a notebook of format 4, got ${nbformat}; open it in Jupyter and save it, which converts it`,
    );
  }
  if (nbformat === undefined || !Array.isArray(cells)) {
    throw new FileError(path, "expected a notebook, got other JSON");
  }
  for (const [index, cell] of cells.entries()) checkCell(path, cell, index);
  return {
    ...notebook,
    cells: withIds(cells),
    metadata,
    nbformat,
    nbformat_minor: Math.max(5, nbformat_minor),
  };
}

function checkCell(path: string, cell: Cell | null, index: number): void {
  const lines: unknown = cell?.source;
  const isText =
    typeof lines === "string" || (Array.isArray(lines) && lines.every((line) => typeof line === "string"));
  if (typeof cell?.cell_type === "string" && isText) return;
  throw new FileError(path, `expected cells with cell_type and source, got another as number ${index + 1}`);
}

function withIds(cells: readonly Cell[]): Cell[] {
  const taken = new Set(cells.map(({ id }) => id));
  let number = 0;
  return cells.map((cell) => {
    let { id } = cell;
    while (id === undefined || (id !== cell.id && taken.has(id))) id = `cell-${number++}`;
    return { ...cell, id, metadata: cell.metadata ?? {} };
  });
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
  if (output.output_type === "error") return output;
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
