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
  ["{", "must be a notebook, got: "],
  ['{ "nbformat": 4, "nbformat_minor": 4, "cells": [] }', "must be a notebook of format 4.5, got 4.4"],
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
