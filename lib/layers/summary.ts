import { inWords } from "../checks";
import { ArgumentError } from "../errors";
import type { Shape } from "../tensor/shape";
import { Module } from "./Module";
import { Sequential } from "./Sequential";

/**
 * A table of the layers, their output shapes and numbers of parameters, as Keras prints it.
 * @param inputShape the shape of one sample, without the batch axis.
 * @throws ArgumentError if there is no model or no shape; ShapeError where a layer does not fit the one before it.
 */
export function summary(model: Module, inputShape: Shape): string {
  if (!(model instanceof Module)) {
    throw new ArgumentError("summary", `model must be a layer or a network, got ${inWords(model)}`);
  }
  if (!Array.isArray(inputShape)) {
    const problem = `inputShape must be the shape of one sample, such as [784], got ${inWords(inputShape)}`;
    throw new ArgumentError("summary", problem);
  }
  const layers = model instanceof Sequential ? model.layers : [model];
  const rows: string[][] = [["Layer", "Output shape", "Parameters"]];
  let shape: Shape = [1, ...inputShape];
  let total = 0;
  layers.forEach((layer, i) => {
    shape = layer.outputShape(shape);
    let count = 0;
    for (const { value } of layer.namedParameters().values()) count += value.size;
    total += count;
    rows.push([
      `${i} ${layer.constructor.name}`,
      `[N, ${shape.slice(1).join(", ")}]`,
      count.toLocaleString("en-US"),
    ]);
  });
  rows.push(["Total", "", total.toLocaleString("en-US")]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    `${row[0].padEnd(widths[0])}  ${row[1].padEnd(widths[1])}  ${row[2].padStart(widths[2])}`.trimEnd(),
  );
  const rule = "─".repeat(widths[0] + widths[1] + widths[2] + 4);
  return [lines[0], rule, ...lines.slice(1, -1), rule, lines.at(-1)].join("\n");
}
