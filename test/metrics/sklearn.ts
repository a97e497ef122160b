import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One row of scikit-learn's report; null stands for NaN. */
export interface SklearnRow {
  precision: number | null;
  recall: number | null;
  "f1-score": number | null;
  support: number;
}

/** A call of scikit-learn's metrics and its answers. */
export interface SklearnCase {
  title: string;
  labels: number[];
  predictions: number[];
  options: { labels?: number[]; target_names?: string[]; digits?: number; zero_division?: number | "nan" };
  text: string;
  report: Record<string, SklearnRow | number>;
  accuracy: number;
  confusion: number[][] | null;
}

const path = join(__dirname, "../fixtures/sklearn-report.json");

export const sklearnCases: SklearnCase[] = (
  JSON.parse(readFileSync(path, "utf8")) as unknown as { cases: SklearnCase[] }
).cases;
