import { createRequire } from "node:module";
import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { html, markdown } from "../../lib/dist/notebook/display";
import { liveFigure } from "../../lib/dist/notebook/liveFigure";
import { show } from "../../lib/dist/notebook/show";
import { curvesFigure } from "../plot/figures";

interface Message {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  transient: { display_id?: string };
}

const { cache } = createRequire(import.meta.url);
const kernelFile = resolve("elsewhere/node_modules/tslab/dist/jupyter.js");
let sent: [message: Message, update: boolean][];

/** Stands in for the module that a running tslab kernel has loaded. */
function startKernel(): void {
  sent = [];
  const exports = {
    lastWriteDisplayData: (message: Message, update: boolean) => sent.push([message, update]),
  };
  cache[kernelFile] = { exports } as unknown as NodeJS.Module;
}

beforeEach(startKernel);
afterEach(() => {
  delete cache[kernelFile];
  vi.useRealTimers();
});

describe("show", () => {
  test("sends the interactive figure, a picture at the figure's size, and text", async () => {
    const figure = curvesFigure();
    await show(figure);
    const [[message, update]] = sent;
    expect(update).toBe(false);
    expect(Object.keys(message.data)).toEqual(["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
    expect(message.data["application/vnd.plotly.v1+json"]).toEqual(figure);
    expect(message.data["image/png"]).toMatch(/^iVBORw0KGgo/);
    const png = Buffer.from(String(message.data["image/png"]), "base64");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([figure.layout.width, figure.layout.height]);
    expect(message.data["text/plain"]).toBe("Figure: Step 2: hidden units");
  });

  test("does nothing outside a kernel", async () => {
    delete cache[kernelFile];
    await show(curvesFigure());
    markdown("# nothing");
    expect(sent).toEqual([]);
  });
});

test("markdown and html carry text for places that show text only", () => {
  markdown("| a |\n| - |");
  html("<b>a</b>", "a");
  expect(sent.map(([message]) => message.data)).toEqual([
    { "text/markdown": "| a |\n| - |", "text/plain": "| a |\n| - |" },
    { "text/html": "<b>a</b>", "text/plain": "a" },
  ]);
});

describe("liveFigure", () => {
  test("sends the first figure at once, then the latest one five times a second", async () => {
    vi.useFakeTimers();
    const live = liveFigure();
    for (let epoch = 1; epoch <= 90; epoch++) {
      live.update(titled(`epoch ${epoch}`));
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(sent.map(([message]) => message.data["text/plain"])).toEqual(
      ["epoch 1", "epoch 20", "epoch 40", "epoch 60", "epoch 80"].map((title) => `Figure: ${title}`),
    );
    expect(sent.map(([, update]) => update)).toEqual([false, true, true, true, true]);
    expect(new Set(sent.map(([message]) => message.transient.display_id)).size).toBe(1);
  });

  test("stores no plotly.js and escapes what would end its script", () => {
    liveFigure().update(titled("</script><b>"));
    const text = String(sent[0][0].data["text/html"]);
    expect(text.length).toBeLessThan(20_000);
    expect(text).toContain("files/node_modules/plotly.js-dist/plotly.js");
    expect(text.match(/<\/script>/g)).toHaveLength(1);
  });

  test("its script is valid JavaScript", () => {
    liveFigure().update(curvesFigure());
    const script = /<script>(.*)<\/script>/s.exec(String(sent[0][0].data["text/html"]))?.[1] ?? "";
    expect(() => new Function(script)).not.toThrow();
  });

  test("done leaves the final bundle in the same place, and nothing comes after it", async () => {
    const live = liveFigure();
    live.update(titled("running"));
    live.update(titled("waiting"));
    await live.done(curvesFigure());
    live.update(titled("late"));
    await live.done();
    await new Promise((wake) => setTimeout(wake, 250));
    expect(sent).toHaveLength(2);
    const [[first], [last, update]] = sent;
    expect(update).toBe(true);
    expect(last.transient).toEqual(first.transient);
    expect(Object.keys(last.data)).toContain("image/png");
  });

  test("two live figures have different places", () => {
    liveFigure().update(titled("a"));
    liveFigure().update(titled("b"));
    expect(sent[0][0].transient.display_id).not.toBe(sent[1][0].transient.display_id);
  });

  test("updates after the kernel is gone, and a done without figure, do nothing", async () => {
    const live = liveFigure();
    delete cache[kernelFile];
    live.update(titled("x"));
    await live.done();
    expect(sent).toEqual([]);
  });

  function titled(text: string) {
    const figure = curvesFigure();
    return { ...figure, layout: { ...figure.layout, title: { text } } };
  }
});
