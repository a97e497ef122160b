import { readFileSync } from "node:fs";
import { type Context, Script } from "node:vm";
import { loadPackage, resolvePackageFile } from "../platform/packages";
import type { Figure } from "./Figure";
import { type SvgNode, svgBox, svgTextLength } from "./svgBox";
import { type Canvas, canvasLibrary } from "./textMetrics";

/** The window that Plotly draws in. */
export interface PlotlyWindow {
  Plotly: {
    newPlot(node: object, data: unknown, layout: unknown, config: object): Promise<unknown>;
    purge(node: object): void;
    Snapshot: { toSVG(node: object, format: "svg"): string };
  };
  document: { createElement(name: string): DomElement; body: { appendChild(node: object): void } };
  Math: { random: () => number };
}

interface DomElement {
  remove(): void;
}

type Members = Record<string, unknown>;

interface BrowserWindow extends PlotlyWindow {
  URL: Members;
  CSS?: Members;
  matchMedia?: unknown;
  TextDecoder?: unknown;
  SVGElement: { prototype: Members };
  Element: { prototype: Members };
  HTMLCanvasElement: { prototype: Members };
}

interface JsdomModule {
  JSDOM: new (html: string, options: object) => { window: BrowserWindow; getInternalVMContext(): Context };
}

/**
 * A page without a browser: jsdom with plotly.js in it, and what jsdom lacks filled in: boxes of text
 * (from the shipped fonts), canvases (for heatmaps) and a few functions Plotly asks for.
 * Costs 2 to 3 seconds and about 180 MB, so it is made once, on first use.
 */
export function openPlotlyWindow(): PlotlyWindow {
  const { JSDOM } = loadPackage("renderSvg", "jsdom") as JsdomModule;
  const page = new JSDOM("<!DOCTYPE html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: false,
  });
  const { window } = page;
  window.URL.createObjectURL = () => "blob:none";
  window.URL.revokeObjectURL = () => undefined;
  window.CSS = { supports: () => true };
  window.matchMedia = () => ({ matches: false, addEventListener() {}, addListener() {} });
  window.TextDecoder = TextDecoder;
  addBoxes(window);
  addCanvas(window);
  const file = resolvePackageFile("plotly.js-dist/plotly.js");
  new Script(readFileSync(file, "utf8"), { filename: file }).runInContext(page.getInternalVMContext());
  return window;
}

function addBoxes(window: BrowserWindow): void {
  const svg = window.SVGElement.prototype;
  svg.getBBox = function (this: SvgNode) {
    return svgBox(this);
  };
  svg.getComputedTextLength = function (this: SvgNode) {
    return svgTextLength(this);
  };
  svg.getBoundingClientRect = function (this: SvgNode) {
    const { x, y, width, height } = svgBox(this);
    return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
  };
}

function addCanvas(window: BrowserWindow): void {
  const canvases = new WeakMap<object, Canvas>();
  const backing = (element: { width: number; height: number }): Canvas => {
    const known = canvases.get(element);
    if (known?.width === element.width && known.height === element.height) return known;
    const made = canvasLibrary().createCanvas(element.width, element.height);
    canvases.set(element, made);
    return made;
  };
  const prototype = window.HTMLCanvasElement.prototype;
  prototype.getContext = function (this: { width: number; height: number }, kind: string) {
    return kind === "2d" ? backing(this).getContext(kind) : null;
  };
  prototype.toDataURL = function (this: { width: number; height: number }) {
    return backing(this).toDataURL("image/png");
  };
}

/** Draws a figure in the window and returns its SVG as Plotly writes it. The figure must be a copy: Plotly writes into it. */
export async function drawSvg(window: PlotlyWindow, figure: Figure): Promise<string> {
  const node = window.document.createElement("div");
  window.document.body.appendChild(node);
  window.Math.random = seededRandom();
  try {
    await window.Plotly.newPlot(node, figure.data, figure.layout, { staticPlot: true, locale: "en-US" });
    return window.Plotly.Snapshot.toSVG(node, "svg");
  } finally {
    window.Plotly.purge(node);
    node.remove();
  }
}

/** Plotly names its elements with random numbers; the same numbers for every figure give the same names. */
function seededRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
