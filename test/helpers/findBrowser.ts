import { existsSync } from "node:fs";
import { join } from "node:path";

const programFiles = [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA];

/** Where Chromium, Chrome and Edge are installed, by `process.platform`. */
const places: Readonly<Record<string, readonly string[]>> = {
  darwin: ["Google Chrome", "Chromium", "Microsoft Edge"].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
  win32: ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"].flatMap(
    (program) => programFiles.filter((folder) => folder !== undefined).map((folder) => join(folder, program)),
  ),
  linux: ["chromium", "chromium-browser", "google-chrome"].map((name) => `/usr/bin/${name}`),
};

/** The browser to test in: the one that SCRATCH_NN_BROWSER names, else the first in the usual places. */
export function findBrowser(): string {
  const named = process.env.SCRATCH_NN_BROWSER;
  const candidates = named ? [named] : (places[process.platform] ?? []);
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    `no browser at ${candidates.join(", ")}; install Chromium, or name one by SCRATCH_NN_BROWSER`,
  );
}
