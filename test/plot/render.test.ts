import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { ArgumentError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import type { Figure } from "../../lib/dist/plot/Figure";
import { renderPng, renderSvg } from "../../lib/dist/plot/render";
import { confusionFigure, curvesFigure, imagesFigure, publishedCounts } from "./figures";

const require = createRequire(import.meta.url);
const hash = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The XML document; jsdom throws if it is not well-formed. */
function parsed(svg: string): {
  textContent: string;
  querySelectorAll(selector: string): ArrayLike<XmlElement>;
} {
  const { JSDOM } = require("jsdom") as { JSDOM: new (text: string, options: object) => XmlPage };
  return new JSDOM(svg, { contentType: "image/svg+xml" }).window.document.documentElement;
}

interface XmlElement {
  textContent: string;
  getAttribute(name: string): string | null;
}

interface XmlPage {
  window: { document: { documentElement: ReturnType<typeof parsed> } };
}

/** Pixels of a PNG, four bytes each. */
async function pixels(png: Uint8Array): Promise<{ width: number; height: number; data: Uint8ClampedArray }> {
  const { createCanvas, loadImage } = require("@napi-rs/canvas") as typeof import("@napi-rs/canvas");
  const image = await loadImage(Buffer.from(png));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return { width: image.width, height: image.height, data };
}

describe("renderSvg", () => {
  test("is well-formed and holds titles, labels and legend once", async () => {
    const figure = curvesFigure();
    const svg = parsed(await renderSvg(figure));
    const texts = Array.from(svg.querySelectorAll("text"), (text) => text.textContent);
    for (const title of [
      "Step 2: hidden units",
      "training loss",
      "validation accuracy",
      "epoch",
      "cross-entropy",
    ]) {
      expect(texts).toContain(title);
    }
    for (const name of ["n = 64", "n = 256", "n = 1024"]) {
      expect(texts.filter((text) => text === name)).toHaveLength(1);
    }
  });

  test("writes every count of a confusion matrix, light on dark and dark on light", async () => {
    const svg = parsed(await renderSvg(confusionFigure()));
    const cells = Array.from(svg.querySelectorAll(".heatmap-label text, g.heatmap-label text"));
    expect(cells.map((cell) => cell.textContent)).toEqual(publishedCounts.flat().map(String));
    const fill = (cell: XmlElement): string | undefined =>
      /fill: ([^;]*)/.exec(cell.getAttribute("style") ?? "")?.[1];
    expect(fill(cells[0])).toBe("rgb(255, 255, 255)");
    expect(fill(cells[1])).not.toBe(fill(cells[0]));
  });

  test("two processes give the same bytes, whatever they drew before", async () => {
    const own = [hash(await renderSvg(confusionFigure())), hash(await renderPng(imagesFigure()))];
    const script = `
      const { createHash } = require("node:crypto");
      const { renderPng, renderSvg } = require("./lib/dist/plot/render");
      const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");
      const [confusion, images] = JSON.parse(process.argv[1]);
      (async () => {
        const png = await renderPng(images);
        console.log(JSON.stringify([hash(await renderSvg(confusion)), hash(png)]));
      })();`;
    const figures = JSON.stringify([confusionFigure(), imagesFigure()]);
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script, figures], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(own);
  });

  test("leaves the figure and Math.random alone, and draws several at once", async () => {
    const figure = curvesFigure();
    const before = JSON.stringify(figure);
    const random = Math.random;
    const [a, b, c] = await Promise.all([renderSvg(figure), renderSvg(imagesFigure()), renderSvg(figure)]);
    expect(JSON.stringify(figure)).toBe(before);
    expect(Math.random).toBe(random);
    expect(a).toBe(c);
    expect(a).not.toBe(b);
  });

  test("says what Plotly could not draw, and draws the next figure", async () => {
    await expect(renderSvg(null as unknown as Figure)).rejects.toThrow(ArgumentError);
    expect(await renderSvg(curvesFigure())).toContain("training loss");
  });
});

describe("renderPng", () => {
  test("has the figure's size times the scale, and is not blank", async () => {
    const figure = confusionFigure();
    const { width, height } = figure.layout;
    for (const scale of [1, 2]) {
      const image = await pixels(await renderPng(figure, { scale }));
      expect([image.width, image.height]).toEqual([width * scale, height * scale]);
    }
    const { data } = await pixels(await renderPng(figure));
    let white = 0;
    let blue = 0;
    for (let i = 0; i < data.length; i += 4) {
      const [r, g, b] = data.subarray(i, i + 3);
      if (r > 250 && g > 250 && b > 250) white++;
      if (b > 90 && r < 60) blue++;
    }
    expect(white / (data.length / 4)).toBeGreaterThan(0.2);
    expect(blue / (data.length / 4)).toBeGreaterThan(0.04);
  });

  test("cells of a heatmap are squares with sharp edges", async () => {
    const z = [
      [0, 1],
      [1, 0],
    ];
    const layout = { width: 100, height: 100, margin: { l: 0, r: 0, t: 0, b: 0 } };
    const figure: Figure = {
      data: [
        {
          type: "heatmap",
          z,
          showscale: false,
          colorscale: [
            [0, "#000000"],
            [1, "#ffffff"],
          ],
        },
      ],
      layout: { ...layout, xaxis: { visible: false }, yaxis: { visible: false } },
    };
    const { data } = await pixels(await renderPng(figure, { scale: 1 }));
    const grey = (x: number, y: number): number => data[4 * (100 * y + x)];
    expect([grey(10, 10), grey(46, 10), grey(54, 10), grey(90, 10)]).toEqual([255, 255, 0, 0]);
    expect([grey(10, 90), grey(46, 90), grey(54, 90), grey(90, 90)]).toEqual([0, 0, 255, 255]);
  });

  test("refuses a scale that is not positive", async () => {
    await expect(renderPng(curvesFigure(), { scale: 0 })).rejects.toThrow("scale must be in (0, 8], got 0");
  });
});

test("importing the library loads neither jsdom nor Plotly", () => {
  const script = `
    require("scratch-nn");
    for (const file of ["plot/render", "plot/save", "plot/curves", "notebook/show", "notebook/liveFigure"])
      require("./lib/dist/" + file);
    const heavy = /[\\\\/](jsdom|plotly\\.js-dist|resvg-js|canvas)[\\\\/]/;
    console.log(Object.keys(require.cache).filter((file) => heavy.test(file)).length);`;
  const { stdout } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  expect(stdout.trim()).toBe("0");
});
