import { checkOptions, inWords } from "../checks";
import { ArgumentError, EnvironmentError, messageOf } from "../errors";
import { checkPackages, loadPackage } from "../platform/packages";
import type { Figure } from "./Figure";
import { FONT_NAME, fontFiles } from "./fonts";
import { drawSvg, openPlotlyWindow, type PlotlyWindow } from "./plotlyWindow";

/** How a picture of a figure is made. */
export interface PngOptions {
  /** Pixels of the picture for one of the figure (default: 2, sharp on a high-density screen and in print). */
  scale?: number;
}

interface ResvgModule {
  Resvg: new (svg: string, options: object) => { render(): { asPng(): Uint8Array } };
}

/** What draws figures without a browser. */
const PACKAGES = [
  "jsdom",
  "plotly.js-dist",
  "@resvg/resvg-js",
  "@napi-rs/canvas",
  "@expo-google-fonts/arimo",
];

let window: PlotlyWindow | undefined;
let queue: Promise<unknown> = Promise.resolve();
let last: { json: string; svg: string } | undefined;

/**
 * A figure as SVG text, without a browser. The same figure gives the same bytes, in every process.
 * @throws ArgumentError if Plotly cannot draw the figure; EnvironmentError if a package is missing.
 */
export async function renderSvg(figure: Figure): Promise<string> {
  checkFigure("renderSvg", figure);
  const json = JSON.stringify(figure);
  const drawing: Promise<string> = queue.then(() => drawOnce(json));
  queue = drawing.catch(() => undefined);
  return drawing;
}

/**
 * A figure as the bytes of a PNG, of `layout.width × scale` by `layout.height × scale` pixels.
 * @throws ArgumentError if scale is not positive or Plotly cannot draw the figure; EnvironmentError if a package is missing.
 */
export async function renderPng(figure: Figure, options: PngOptions = {}): Promise<Uint8Array> {
  checkFigure("renderPng", figure);
  checkOptions("renderPng", options, ["scale"]);
  const { scale = 2 } = options;
  if (!(scale > 0 && scale <= 8))
    throw new ArgumentError("renderPng", `scale must be in (0, 8], got ${scale}`);
  const svg = await renderSvg(figure);
  const { Resvg } = loadPackage("renderPng", "@resvg/resvg-js") as ResvgModule;
  try {
    const font = { fontFiles: fontFiles(), loadSystemFonts: false, defaultFontFamily: FONT_NAME };
    return new Resvg(forResvg(svg), { font, fitTo: { mode: "zoom", value: scale } }).render().asPng();
  } catch (error) {
    throw new EnvironmentError("renderPng", `the image could not be made: ${messageOf(error)}`);
  }
}

/** @throws ArgumentError unless it has the data and the layout of a figure. */
export function checkFigure(where: string, figure: Figure): void {
  if (Array.isArray(figure?.data) && typeof figure.layout === "object" && figure.layout !== null) return;
  throw new ArgumentError(where, `figure must have data and a layout, got ${inWords(figure)}`);
}

/** Show and save one after the other draw the same figure: the last drawing is kept. */
async function drawOnce(json: string): Promise<string> {
  if (last?.json === json) return last.svg;
  window ??= loadWindow();
  try {
    const svg = await drawSvg(window, JSON.parse(json) as Figure);
    last = { json, svg };
    return svg;
  } catch (error) {
    throw new ArgumentError("renderSvg", `Plotly could not draw the figure: ${messageOf(error)}`);
  }
}

function loadWindow(): PlotlyWindow {
  checkPackages("renderSvg", PACKAGES);
  try {
    return openPlotlyWindow();
  } catch (error) {
    throw new EnvironmentError("renderSvg", `plotly.js could not be loaded: ${messageOf(error)}`);
  }
}

/** resvg knows SVG 1.1's word for drawing image pixels as squares, not CSS's. */
function forResvg(svg: string): string {
  return svg.replaceAll("image-rendering: pixelated", "image-rendering: optimizeSpeed");
}
