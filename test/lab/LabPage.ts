import type { Locator, Page } from "playwright-core";
import type { LabServer } from "./labServer";

/** A notebook open in JupyterLab or in Notebook 7, handled as a user does. */
export class LabPage {
  readonly page: Page;
  readonly #server: LabServer;

  constructor(page: Page, server: LabServer) {
    this.page = page;
    this.#server = server;
  }

  /** Opens the page at a path of the server, a notebook in it. */
  async open(path: string): Promise<void> {
    const { url, token } = this.#server;
    await this.page.goto(`${url}/${path}?reset&token=${token}`);
    await this.page.locator(".jp-Notebook .jp-CodeCell").first().waitFor();
    await this.#server.kernelIsReady();
  }

  async menu(menu: string, item: string): Promise<void> {
    await this.page.locator(".lm-MenuBar-itemLabel", { hasText: new RegExp(`^${menu}$`) }).click();
    await this.page.locator(".lm-Menu-itemLabel", { hasText: new RegExp(`^${item}$`) }).click();
  }

  /** The code cells whose source matches. */
  cells(source: string | RegExp): Locator {
    const editor = this.page.locator(".jp-InputArea-editor", { hasText: source });
    return this.page.locator(".jp-Notebook .jp-CodeCell").filter({ has: editor });
  }

  /** What is between the brackets: nothing before the first run, `*` while it runs, then a number. */
  async prompt(cell: Locator): Promise<string> {
    const text = await cell.locator(".jp-InputPrompt").first().textContent();
    return /\[(.*)\]/.exec(text ?? "")?.[1]?.trim() ?? "";
  }

  /** Waits until all cells have run. @throws Error with what they said of errors. */
  async allEnded(): Promise<void> {
    for (const cell of await this.page.locator(".jp-Notebook .jp-CodeCell").all()) {
      if ((await cell.locator(".cm-content").textContent()) !== "") await this.ended(cell);
    }
    const errors = this.page.locator(
      '.jp-OutputArea-output:is([data-mime-type$=".stderr"], [data-mime-type$=".error"])',
    );
    if ((await errors.count()) > 0) throw new Error((await errors.allTextContents()).join("\n"));
  }

  async output(cell: Locator): Promise<string> {
    return (await cell.locator(".jp-OutputArea-output").allTextContents()).join("\n");
  }

  /** The drawn content of the cell's figure, to be compared with what it shows later; empty if there is none yet. */
  async figure(cell: Locator): Promise<string> {
    return cell.evaluate((element) => {
      const figure = element.querySelector(".jp-OutputArea-output :is(.js-plotly-plot, img, svg)");
      return figure?.getAttribute("src") ?? figure?.innerHTML ?? "";
    });
  }

  /** The labels of the x axis of the cell's figure, which becomes interactive under the mouse. */
  async ticks(cell: Locator): Promise<string[]> {
    await cell.locator(".jp-OutputArea-output").last().hover();
    const ticks = cell.locator(".js-plotly-plot .xtick text");
    await ticks.first().waitFor();
    return ticks.allTextContents();
  }

  async edit(cell: Locator, change: (source: string) => string): Promise<void> {
    const editor = cell.locator(".cm-content");
    const before = (await editor.locator(".cm-line").allTextContents()).join("\n");
    const after = change(before);
    if (after === before) throw new Error(`nothing to change in the cell:\n${before}`);
    await editor.click();
    await this.page.keyboard.press("ControlOrMeta+A");
    await this.page.keyboard.insertText(after);
  }

  /** Starts the cell, and returns when JupyterLab shows that it runs or has run. */
  async start(cell: Locator): Promise<void> {
    const before = await this.prompt(cell);
    await cell.locator(".cm-content").click();
    await this.page.keyboard.press("ControlOrMeta+Enter");
    await until("the cell starts", async () => (await this.prompt(cell)) !== before);
  }

  async run(cell: Locator): Promise<void> {
    await this.start(cell);
    await this.ended(cell);
  }

  async ended(cell: Locator): Promise<void> {
    await until("the cell ends", async () => /^\d+$/.test(await this.prompt(cell)));
  }

  async interrupt(): Promise<void> {
    await this.menu("Kernel", "Interrupt Kernel");
  }
}

export async function until(what: string, condition: () => Promise<boolean>, seconds = 120): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${seconds} s until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
