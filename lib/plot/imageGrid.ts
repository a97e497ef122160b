import { checkCounts, checkOptions, inWords } from "../checks";
import { ArgumentError, ShapeError } from "../errors";
import { encodeArray } from "./encodeArray";
import type { Annotation, ColorScale, Figure } from "./Figure";
import {
  baseLayout,
  COLOR_BAR,
  checkAxisRange,
  DIVERGING,
  HOVER_FORMAT,
  INK_ON_PAPER,
  symmetricRange,
  valueRange,
} from "./theme";

/** One picture: `height` rows of `width` values, the first row on top. */
export interface GridImage {
  /** Row after row, width × height values. */
  pixels: ArrayLike<number>;
  /** Values a row. */
  width: number;
  /** Rows. */
  height: number;
  /** Stands above the picture. */
  label?: string;
}

/** What `imageGrid` draws. */
export interface ImageGridOptions {
  /** Stands above the figure. */
  title: string;
  /** Row by row, from left to right. */
  images: GridImage[];
  /** Pictures a row. */
  columns: number;
  /** From the lowest value to the highest (default: paper to ink, or red to blue if diverging). */
  colorscale?: ColorScale;
  /** Values of the first and the last colour (default: the pictures' own range). */
  range?: [number, number];
  /** For weights: red below zero, blue above, symmetric around zero, with a colour bar. */
  diverging?: boolean;
}

const WIDTH = 840;
const LABEL_HEIGHT = 20;
const COLOR_BAR_WIDTH = 64;
const MARGIN = { side: 24, top: 48, bottom: 20 };

/**
 * Pictures of one size in a grid, each under its label: digits, or the weights of a first layer.
 * All of them are one heatmap with empty cells between, so that 64 pictures of 28×28 take 0.3 MB.
 * @throws ArgumentError without images or with columns below 1; ShapeError if sizes differ or pixels are missing.
 */
export function imageGrid(options: ImageGridOptions): Figure {
  checkOptions("imageGrid", options, ["title", "images", "columns", "colorscale", "range", "diverging"]);
  const { title, images, columns: wanted, diverging = false } = options;
  if (!Array.isArray(images))
    throw new ArgumentError("imageGrid", `images must be a list, got ${inWords(images)}`);
  if (options.range) checkAxisRange("imageGrid", "range", options.range);
  checkImages(images, wanted);
  const [{ width, height }] = images;
  const columns = Math.min(wanted, images.length);
  const rows = Math.ceil(images.length / columns);
  const labelled = images.some((image) => image.label !== undefined && image.label !== "");

  const tile = Math.max(36, Math.min(112, Math.floor(WIDTH / columns) - 8));
  const cell = tile / Math.max(width, height);
  const gap = Math.max(1, Math.round(8 / cell));
  const head = labelled ? Math.ceil(LABEL_HEIGHT / cell) : gap;
  const fieldWidth = columns * (width + gap) - gap;
  const fieldHeight = rows * (head + height);
  const left = (i: number) => (i % columns) * (width + gap);
  const top = (i: number) => Math.floor(i / columns) * (head + height) + head;

  const field = new Float32Array(fieldWidth * fieldHeight).fill(Number.NaN);
  for (const [i, image] of images.entries()) {
    for (let row = 0; row < height; row++) {
      const start = (top(i) + row) * fieldWidth + left(i);
      for (let column = 0; column < width; column++)
        field[start + column] = image.pixels[row * width + column];
    }
  }
  const [zmin, zmax] = options.range ?? (diverging ? symmetricRange(field) : valueRange(field));
  const side = MARGIN.side + (diverging ? COLOR_BAR_WIDTH : 0);
  return {
    data: [
      {
        type: "heatmap",
        z: encodeArray(field, fieldHeight, fieldWidth),
        colorscale: options.colorscale ?? (diverging ? DIVERGING : INK_ON_PAPER),
        zmin,
        zmax,
        showscale: diverging,
        colorbar: COLOR_BAR,
        hoverinfo: "z",
        zhoverformat: HOVER_FORMAT,
      },
    ],
    layout: {
      ...baseLayout(
        title,
        fieldWidth * cell + MARGIN.side + side,
        fieldHeight * cell + MARGIN.top + MARGIN.bottom,
      ),
      margin: { l: MARGIN.side, r: side, t: MARGIN.top, b: MARGIN.bottom },
      xaxis: { visible: false, range: [-0.5, fieldWidth - 0.5], constrain: "domain" },
      yaxis: { visible: false, range: [fieldHeight - 0.5, -0.5], constrain: "domain", scaleanchor: "x" },
      annotations: images.flatMap((image, i) => labelOf(image, left(i) + width / 2 - 0.5, top(i) - 0.5)),
    },
  };
}

function labelOf(image: GridImage, x: number, y: number): Annotation[] {
  const { label } = image;
  if (label === undefined || label === "") return [];
  return [{ text: label, x, y, xanchor: "center", yanchor: "bottom", showarrow: false, font: { size: 12 } }];
}

function checkImages(images: GridImage[], columns: number): void {
  if (images.length === 0)
    throw new ArgumentError("imageGrid", "images must hold at least one image, got none");
  checkCounts("imageGrid", { columns });
  const [{ width, height }] = images;
  checkCounts("imageGrid", { width, height });
  for (const [i, image] of images.entries()) {
    if (image.width !== width || image.height !== height) {
      throw new ShapeError(
        "imageGrid",
        `image ${i} must be ${width}×${height}, got ${image.width}×${image.height}`,
      );
    }
    if (image.pixels.length !== width * height) {
      throw new ShapeError(
        "imageGrid",
        `image ${i} must have ${width * height} pixels, got ${image.pixels.length}`,
      );
    }
  }
}
