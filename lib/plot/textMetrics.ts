import { loadPackage } from "../platform/packages";
import { FONT_NAME, fontFiles } from "./fonts";

/** What text measuring and heatmaps need of @napi-rs/canvas. */
interface CanvasModule {
  createCanvas(width: number, height: number): Canvas;
  GlobalFonts: { registerFromPath(path: string, alias?: string): unknown };
}

export interface Canvas {
  width: number;
  height: number;
  getContext(kind: "2d"): CanvasContext;
  toDataURL(type: "image/png"): string;
}

export interface CanvasContext {
  font: string;
  measureText(text: string): { width: number };
}

/** The em box of a font: distances from the baseline, as a fraction of the font size. */
export const ASCENT = 0.905;
export const DESCENT = 0.212;

let canvasModule: CanvasModule | undefined;
let context: CanvasContext | undefined;

/** @napi-rs/canvas with the shipped fonts registered, loaded on first use. */
export function canvasLibrary(): CanvasModule {
  if (canvasModule === undefined) {
    canvasModule = loadPackage("renderSvg", "@napi-rs/canvas") as CanvasModule;
    for (const file of fontFiles()) canvasModule.GlobalFonts.registerFromPath(file, FONT_NAME);
  }
  return canvasModule;
}

/** Width in pixels of one line of text, set in the shipped font. */
export function textWidth(text: string, size: number, bold: boolean): number {
  context ??= canvasLibrary().createCanvas(1, 1).getContext("2d");
  context.font = `${bold ? "bold " : ""}${size}px ${FONT_NAME}`;
  return context.measureText(text).width;
}
