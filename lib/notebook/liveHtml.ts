import type { Figure } from "../plot/Figure";

/**
 * A redraw of a live figure as HTML for JupyterLab. The page loads plotly.js once, from the project's own
 * node_modules through the Jupyter server. The drawing lives in one node that moves from output to output:
 * the new output has its size at once and is filled with the old drawing, which Plotly then changes in place.
 */
export function liveHtml(figure: Figure, displayId: string): string {
  const { width, height } = figure.layout;
  const layout = { ...figure.layout, uirevision: displayId };
  const spec = JSON.stringify({ data: figure.data, layout }).replaceAll("<", "\\u003c");
  return (
    `<div style="width:${width}px;height:${height}px"><p>${GOES_ON}</p></div>` +
    `<script>(${redraw})(document.currentScript.previousElementSibling, ${JSON.stringify(displayId)}, ${spec});</script>`
  );
}

/** What stands where scripts do not run: in a page that was loaded anew, which Jupyter trusts only when cells run again. */
const GOES_ON =
  "A figure grows here while its cell runs. The page was loaded anew since: the cell goes on in the kernel, and " +
  "answers when it has ended. The busy sign of the kernel tells when; the cells after it then find its results, and " +
  "its figure is in the file that the cell writes.";

/** Runs in the page, as text: JupyterLab gives each script element that it inserts to the browser anew. */
const redraw = `function (place, id, spec) {
  const notebook = place.closest(".jp-NotebookPanel") ?? document.body;
  const nodes = (notebook.scratchNnLive ??= {});
  const node = (nodes[id] ??= document.createElement("div"));
  node.latest = spec;
  place.replaceChildren(node);
  window.scratchNnPlotly ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve();
    const config = document.getElementById("jupyter-config-data");
    const base = config ? JSON.parse(config.textContent).baseUrl : "/";
    const script = document.createElement("script");
    script.src = base.replace(/\\/?$/, "/") + "files/node_modules/plotly.js-dist/plotly.js";
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  window.scratchNnPlotly.then(
    () => node.latest === spec && Plotly.react(node, spec.data, spec.layout, { displaylogo: false }),
    () => (node.textContent = "The figure is drawn when the training ends (plotly.js could not be loaded).")
  );
}`;
