import { readFileSync } from "node:fs";
import { confusionHeatmap } from "../../lib/dist/plot/confusionHeatmap";
import { curves } from "../../lib/dist/plot/curves";
import type { Figure } from "../../lib/dist/plot/Figure";
import { imageGrid } from "../../lib/dist/plot/imageGrid";

interface Published {
  confusionMatrix: { counts: number[][] };
}

const published = JSON.parse(readFileSync("data/published/fcn.json", "utf8")) as Published;

/** The confusion matrix the FCN project published. */
export const publishedCounts: number[][] = published.confusionMatrix.counts;

export function confusionFigure(): Figure {
  return confusionHeatmap({ title: "Confusion matrix", counts: publishedCounts, labels: [..."0123456789"] });
}

/** Three candidates in 2×2 panels. */
export function curvesFigure(): Figure {
  const names = ["n = 64", "n = 256", "n = 1024"];
  const titles = ["training loss", "training accuracy", "validation loss", "validation accuracy"];
  const panels = titles.map((title) => ({
    title,
    xLabel: "epoch",
    yLabel: title.endsWith("loss") ? "cross-entropy" : "accuracy",
    series: names.map((name, i) => ({
      name,
      y: Array.from({ length: 10 }, (_, epoch) => (i + 1) / (epoch + 1)),
    })),
  }));
  return curves({ title: "Step 2: hidden units", panels, columns: 2 });
}

export function imagesFigure(): Figure {
  const images = Array.from({ length: 4 }, (_, i) => ({
    pixels: weights(784, i),
    width: 28,
    height: 28,
    label: `unit ${i}`,
  }));
  return imageGrid({ title: "Weights", images, columns: 4, diverging: true });
}

/** Values that look like weights and are the same on every run. */
export function weights(length: number, phase: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(0.37 * i + phase) * Math.cos(0.011 * i * phase));
}
