import { expect, test } from "vitest";
import { describeFigure } from "../../lib/dist/plot/describeFigure";
import { curvesFigure, imagesFigure } from "./figures";

test("a figure in words has its title, what is drawn, the axes once, and the names of the legend", () => {
  expect(describeFigure(curvesFigure())).toBe(
    "Step 2: hidden units: curves, cross-entropy over epoch; accuracy over epoch (n = 64, n = 256, n = 1024).",
  );
  expect(describeFigure(imagesFigure())).toMatch(/^[^:]+: a heatmap\.$/);
  expect(describeFigure({ data: [], layout: { width: 1, height: 1 } })).toBe("Untitled: empty.");
});

test("what stands below the title is told without its markup", () => {
  const title = { text: "Trials", subtitle: { text: '<span style="color:red">orange</span>: the best' } };
  expect(describeFigure({ data: [], layout: { width: 1, height: 1, title } })).toBe(
    "Trials; orange: the best: empty.",
  );
});
