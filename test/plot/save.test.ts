import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ArgumentError, FileError } from "scratch-nn";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { writeAtomically } from "../../lib/dist/platform/files";
import { projectPath } from "../../lib/dist/platform/paths";
import { renderSvg } from "../../lib/dist/plot/render";
import { save } from "../../lib/dist/plot/save";
import { curvesFigure } from "./figures";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "save-"));
});

afterEach(() => {
  vi.restoreAllMocks();
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true });
});

function workingIn(path: string): void {
  mkdirSync(path, { recursive: true });
  vi.spyOn(process, "cwd").mockReturnValue(path);
}

describe("save", () => {
  test("writes name.svg and name.png at the top of the project, from a folder inside it", async () => {
    writeFileSync(join(folder, "package.json"), '{ "name": "scratch-nn-notebooks" }');
    workingIn(join(folder, "notebooks"));
    await save(curvesFigure(), "imgs/step-2");
    expect(readdirSync(join(folder, "imgs")).sort()).toEqual(["step-2.png", "step-2.svg"]);
    expect(readFileSync(join(folder, "imgs/step-2.svg"), "utf8")).toBe(await renderSvg(curvesFigure()));
    expect(readFileSync(join(folder, "imgs/step-2.png")).subarray(1, 4).toString()).toBe("PNG");
  });

  test("refuses a name with an extension and a figure that cannot be drawn, and writes nothing", async () => {
    workingIn(folder);
    await expect(save(curvesFigure(), "x.png")).rejects.toThrow(ArgumentError);
    await expect(save(null as never, "x")).rejects.toThrow(ArgumentError);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("projectPath", () => {
  test("starts at the workshop's folder, or else at the current one", () => {
    workingIn(join(folder, "a/b"));
    expect(projectPath("imgs/x")).toBe(join(folder, "a/b/imgs/x"));
    writeFileSync(join(folder, "a/package.json"), '{ "workspaces": [] }');
    expect(projectPath("imgs/x")).toBe(join(folder, "a/b/imgs/x"));
    writeFileSync(join(folder, "package.json"), '{ "name": "scratch-nn-notebooks" }');
    expect(projectPath("imgs/x")).toBe(join(folder, "imgs/x"));
    expect(projectPath("/elsewhere/x")).toBe("/elsewhere/x");
  });
});

describe("writeAtomically", () => {
  test("makes folders, replaces a file and leaves nothing else behind", () => {
    const path = join(folder, "deep/er/file.txt");
    writeAtomically(path, "one");
    writeAtomically(path, Uint8Array.of(116, 119, 111));
    expect(readFileSync(path, "utf8")).toBe("two");
    expect(readdirSync(join(folder, "deep/er"))).toEqual(["file.txt"]);
  });

  test("on failure the old file stays and the error names it", () => {
    const path = join(folder, "taken");
    mkdirSync(path);
    writeFileSync(join(path, "old"), "old");
    expect(() => writeAtomically(path, "new")).toThrow(FileError);
    expect(() => writeAtomically(path, "new")).toThrow(path);
    expect(readFileSync(join(path, "old"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["taken"]);
    expect(existsSync(`${path}.${process.pid}.tmp`)).toBe(false);
  });
});
