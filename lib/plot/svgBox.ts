import { ASCENT, DESCENT, textWidth } from "./textMetrics";

/** The part of a DOM element that measuring reads. */
export interface SvgNode {
  nodeType: number;
  nodeName: string;
  textContent: string | null;
  parentNode: SvgNode | null;
  childNodes: ArrayLike<SvgNode>;
  style?: { fontSize: string; fontWeight: string };
  getAttribute?(name: string): string | null;
}

/** A box in pixels; x, y is its upper left corner. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const EMPTY: Box = { x: 0, y: 0, width: 0, height: 0 };
const TEXT_NODE = 3;

/**
 * Box of an SVG element in its own coordinates, as a browser's getBBox() would give it.
 * Covers what Plotly measures: text with tspans and line breaks, rectangles, images and groups of them.
 */
export function svgBox(node: SvgNode): Box {
  switch (node.nodeName) {
    case "text":
      return textBox(node);
    case "tspan":
      return lineBox(node, fontOf(node), attribute(node, "x"), attribute(node, "y"), anchorOf(node));
    case "rect":
    case "image":
      return {
        x: attribute(node, "x"),
        y: attribute(node, "y"),
        width: attribute(node, "width"),
        height: attribute(node, "height"),
      };
    default:
      return childrenOf(node).map(placedBox).reduce(union, EMPTY);
  }
}

/** Width of an element's text on one line, as getComputedTextLength() would give it. */
export function svgTextLength(node: SvgNode): number {
  return runWidth(node, fontOf(node));
}

interface FontState {
  size: number;
  bold: boolean;
}

function textBox(node: SvgNode): Box {
  const font = fontOf(node);
  const anchor = anchorOf(node);
  const lines = childrenOf(node).filter((child) => child.getAttribute?.("class") === "line");
  if (lines.length === 0) return lineBox(node, font, attribute(node, "x"), attribute(node, "y"), anchor);
  return lines
    .map((line) => {
      const dy = Number.parseFloat(line.getAttribute?.("dy") ?? "0") * font.size;
      return lineBox(line, font, attribute(node, "x"), attribute(node, "y") + dy, anchor);
    })
    .reduce(union, EMPTY);
}

function lineBox(node: SvgNode, font: FontState, x: number, y: number, anchor: string): Box {
  const width = runWidth(node, font);
  if (width === 0) return EMPTY;
  const shift = anchor === "middle" ? width / 2 : anchor === "end" ? width : 0;
  return { x: x - shift, y: y - ASCENT * font.size, width, height: (ASCENT + DESCENT) * font.size };
}

/** Sum of the widths of all runs of text below a node; nested tspans may change size and weight. */
function runWidth(node: SvgNode, font: FontState): number {
  let width = 0;
  for (const child of Array.from(node.childNodes)) {
    if (child.nodeType === TEXT_NODE) width += textWidth(child.textContent ?? "", font.size, font.bold);
    else width += runWidth(child, styledFont(child, font));
  }
  return width;
}

function fontOf(node: SvgNode): FontState {
  const parent = node.parentNode;
  const inherited = parent?.getAttribute === undefined ? { size: 12, bold: false } : fontOf(parent);
  return styledFont(node, inherited);
}

function styledFont(node: SvgNode, inherited: FontState): FontState {
  const size = node.style?.fontSize ?? "";
  const weight = node.style?.fontWeight ?? "";
  return {
    size:
      size === ""
        ? inherited.size
        : Number.parseFloat(size) * (size.endsWith("%") ? inherited.size / 100 : 1),
    bold: weight === "" ? inherited.bold : weight === "bold" || Number(weight) >= 600,
  };
}

function anchorOf(node: SvgNode): string {
  const own = node.getAttribute?.("text-anchor");
  if (own !== null && own !== undefined) return own;
  return node.parentNode?.getAttribute === undefined ? "start" : anchorOf(node.parentNode);
}

/** Box of a child in its parent's coordinates: translate and rotate are applied. */
function placedBox(node: SvgNode): Box {
  const box = svgBox(node);
  if (box.width === 0 && box.height === 0) return box;
  const transforms = node.getAttribute?.("transform")?.matchAll(/(translate|rotate)\(([^)]*)\)/g);
  let placed = box;
  for (const [, kind, list] of [...(transforms ?? [])].reverse()) {
    const [a = 0, b = 0, c = 0] = list.split(/[\s,]+/).map(Number);
    placed =
      kind === "translate" ? { ...placed, x: placed.x + a, y: placed.y + b } : rotated(placed, a, b, c);
  }
  return placed;
}

function rotated(box: Box, degrees: number, cx: number, cy: number): Box {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  const corners = [0, 1, 2, 3].map((corner) => {
    const x = box.x + (corner & 1) * box.width - cx;
    const y = box.y + (corner >> 1) * box.height - cy;
    return [cx + x * cos - y * sin, cy + x * sin + y * cos];
  });
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function union(a: Box, b: Box): Box {
  if (a.width === 0 && a.height === 0) return b;
  if (b.width === 0 && b.height === 0) return a;
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

function childrenOf(node: SvgNode): SvgNode[] {
  return Array.from(node.childNodes).filter((child) => child.nodeType !== TEXT_NODE);
}

function attribute(node: SvgNode, name: string): number {
  return Number.parseFloat(node.getAttribute?.(name) ?? "0") || 0;
}
