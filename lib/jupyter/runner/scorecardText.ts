import { joinText, type Notebook, type Output, type Text } from "./Notebook";

/** What the cells tagged `scorecard` printed or displayed as plain text. */
export function scorecardText(notebook: Notebook): string {
  const cells = notebook.cells.filter((cell) => cell.metadata.tags?.includes("scorecard"));
  return cells
    .flatMap((cell) => cell.outputs ?? [])
    .map(plainText)
    .join("\n");
}

function plainText(output: Output): string {
  if (output.output_type === "stream") return joinText(output.text);
  if (output.output_type === "error") return output.traceback.join("\n");
  return joinText((output.data["text/plain"] ?? "") as Text);
}
