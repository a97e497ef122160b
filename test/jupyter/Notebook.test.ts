import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "scratch-nn";
import { afterAll, expect, test } from "vitest";
import { headings } from "../../lib/dist/jupyter/runner/headings";
import { joinText, notebookText, readNotebook } from "../../lib/dist/jupyter/runner/Notebook";

const fixture = "test/fixtures/notebook.ipynb";
const folder = mkdtempSync(join(tmpdir(), "scratch-nn-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a notebook is written byte for byte as Jupyter writes it", () => {
  const notebook = readNotebook(fixture);
  expect(notebookText(notebook)).toBe(readFileSync(fixture, "utf8"));
  for (const cell of notebook.cells) cell.source = joinText(cell.source);
  expect(notebookText(notebook)).toBe(readFileSync(fixture, "utf8"));
});

test.each([
  ["{", "expected a notebook, got: "],
  ["null", "expected a notebook, got other JSON"],
  ['{ "nbformat": 4 }', "expected a notebook, got other JSON"],
  ['{ "nbformat": 3, "worksheets": [] }', "expected a notebook of format 4, got 3; open it in Jupyter"],
  ['{ "nbformat": 4, "cells": [null] }', "expected cells with cell_type and source, got another as number 1"],
])("%s is refused", (content, message) => {
  const path = join(folder, "broken.ipynb");
  writeFileSync(path, content);
  expect(() => readNotebook(path)).toThrow(FileError);
  expect(() => readNotebook(path)).toThrow(`${path}: ${message}`);
});

test("a cell's heading is the nearest one above, not a comment in a code block", () => {
  const notebook = readNotebook(fixture);
  notebook.cells[0]!.source = "# One\n\n## Two ##\n\n```sh\n# three\n```\n";
  expect([...headings(notebook).values()]).toEqual(["Two", "Two", "Two"]);
});
