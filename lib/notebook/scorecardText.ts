import { joinText, type Notebook, type Text } from "../jupyter/runner/Notebook";

/** What the cells tagged `scorecard` printed or displayed as plain text. */
export function scorecardText(notebook: Notebook): string {
  const cells = notebook.cells.filter((cell) => cell.metadata.tags?.includes("scorecard"));
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  const texts = outputs.map((output) =>
    output.output_type === "stream" ? output.text : ((output.data["text/plain"] ?? "") as Text),
  );
  return texts.map(joinText).join("\n");
}
