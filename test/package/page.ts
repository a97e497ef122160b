import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import type { Browser } from "playwright-core";

/** What a page has printed, and how many workers it had then. */
export interface Printed {
  readonly text: string;
  readonly workers: number;
}

const TYPES: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript" };

/** Opens index.html of a folder in a browser and waits for its first line; with isolation its memory can be shared. */
export async function openPage(browser: Browser, folder: string, isolated: boolean): Promise<Printed> {
  const server = serve(folder, isolated).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as { port: number };
  const page = await browser.newPage();
  try {
    const line = new Promise<Printed>((resolve, reject) => {
      page.on("console", (message) => {
        if (message.type() === "error") reject(new Error(message.text()));
        else resolve({ text: message.text(), workers: page.workers().length });
      });
      page.on("pageerror", reject);
      setTimeout(() => reject(new Error("the page printed nothing in 60 s")), 60_000).unref();
    });
    await page.goto(`http://127.0.0.1:${address.port}/index.html`);
    return await line;
  } finally {
    await page.close();
    server.close();
  }
}

function serve(folder: string, isolated: boolean): Server {
  const isolation = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  };
  return createServer(({ url = "/" }, response) => {
    const name = url.replace(/^\//, "").replace(/\?.*$/, "");
    const type = TYPES[name.replace(/^.*\./, "")];
    if (type === undefined) {
      response.writeHead(204).end();
      return;
    }
    response.writeHead(200, { "Content-Type": type, ...(isolated ? isolation : {}) });
    response.end(readFileSync(join(folder, name)));
  });
}
