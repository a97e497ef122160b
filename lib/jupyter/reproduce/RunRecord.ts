import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ScorecardRow } from "../../notebook/scorecard";
import { writeAtomically } from "../../platform/files";
import type { Verdict } from "./judge";

/** A row of a scorecard and what became of it. */
export interface JudgedRow extends ScorecardRow {
  readonly verdict: Verdict;
}

/** A file of weights that a notebook has left. */
export interface WeightsFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a run of a notebook gave. */
export interface RunRecord {
  readonly notebook: string;
  readonly seconds: number;
  /** The most memory that its kernel has had, in bytes. */
  readonly peakMemory: number;
  readonly rows: readonly JudgedRow[];
  readonly weights: readonly WeightsFile[];
  /** Why it has no rows. */
  readonly error?: string;
}

/** What a finished run has left in its folder; undefined if it was not finished. */
export function keptRecord(folder: string): RunRecord | undefined {
  const path = join(folder, FILE);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as RunRecord) : undefined;
}

export function keepRecord(folder: string, record: RunRecord): void {
  writeAtomically(join(folder, FILE), jsonText(record));
}

/** JSON as the project's files have it. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

const FILE = "record.json";
