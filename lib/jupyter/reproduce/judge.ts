import type { ScorecardRow } from "../../notebook/scorecard";

/**
 * What becomes of a row: ours lies within the tolerance, or outside of it; no tolerance is stated, nothing was published,
 * or ours was not run; or ours is another number than this release has, which the same seed must not give. A quick run has
 * other numbers and is not judged.
 */
export type Verdict =
  | "reproduced"
  | "outside"
  | "no tolerance stated"
  | "nothing published"
  | "not run"
  | "not judged"
  | "changed";

/** The verdicts that a reproduction fails by. */
export const FAILURES: readonly Verdict[] = ["outside", "changed"];

/** What a sum of a million terms may lose. */
const ROUNDING = 1e-12;

/**
 * @param shown ours as the scorecard writes it.
 * @param recorded the same of this release, if it has the row and the run is of full size.
 */
export function judge(row: ScorecardRow, shown: string, recorded: string | undefined): Verdict {
  const { published, ours, tolerance } = row;
  if (recorded !== undefined && recorded !== shown) return "changed";
  if (published === null) return "nothing published";
  if (ours === null) return "not run";
  if (tolerance === undefined) return "no tolerance stated";
  const [below, above] = typeof tolerance === "number" ? [tolerance, tolerance] : tolerance;
  const rounding = ROUNDING * Math.max(1, Math.abs(published));
  const difference = ours - published;
  return difference >= -below - rounding && difference <= above + rounding ? "reproduced" : "outside";
}

/** A tolerance in words: `± 0.002`, `− 0 + 1`, –. */
export function toleranceText(tolerance: ScorecardRow["tolerance"]): string {
  if (tolerance === undefined) return "–";
  if (typeof tolerance !== "number") return `−${tolerance[0]} +${tolerance[1]}`;
  return `±${tolerance}`;
}
