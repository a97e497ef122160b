import type { Figure } from "../plot/Figure";
import { canDisplay, display } from "./display";
import { liveHtml } from "./liveHtml";
import { plainText, showAs } from "./show";

/** A figure that is redrawn in place while something runs. */
export interface LiveFigure {
  /** Asks for a redraw. At most five a second are sent, and only the latest figure. Cheap to call; never throws. */
  update(figure: Figure): void;
  /** Ends the redraws and leaves the figure (the latest one if none is given) as `show` would. */
  done(figure?: Figure): Promise<void>;
}

const INTERVAL_MS = 200;
let count = 0;

/** Makes a live figure; its place is where the first update is called. Outside a notebook it does nothing. */
export function liveFigure(): LiveFigure {
  const displayId = `scratch-nn-figure-${++count}`;
  let latest: Figure | undefined;
  let sentAt = Number.NEGATIVE_INFINITY;
  let placed = false;
  let finished = false;
  let timer: NodeJS.Timeout | undefined;

  const send = (): void => {
    timer = undefined;
    if (latest === undefined || finished) return;
    const data = { "text/html": liveHtml(latest, displayId), "text/plain": plainText(latest) };
    display({ data }, { displayId, update: placed });
    placed = true;
    sentAt = performance.now();
  };

  return {
    update(figure) {
      if (finished || !canDisplay()) return;
      latest = figure;
      if (timer !== undefined) return;
      const wait = sentAt + INTERVAL_MS - performance.now();
      if (wait <= 0) send();
      else timer = setTimeout(send, wait).unref();
    },
    async done(figure = latest) {
      if (finished) return;
      finished = true;
      clearTimeout(timer);
      if (figure !== undefined) await showAs(figure, { displayId, update: placed });
    },
  };
}
