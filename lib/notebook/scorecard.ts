import { checkRows, inWords } from "../checks";
import { ArgumentError } from "../errors";
import { table } from "./table";

/** A published number and ours. */
export interface ScorecardRow {
  /** What was measured. */
  readonly what: string;
  /** Null if nothing was published. */
  readonly published: number | null;
  /** Null if there is none. */
  readonly ours: number | null;
  /** Why they differ. */
  readonly why: string;
  /** Digits behind the point (default: 3). */
  readonly digits?: number;
}

/**
 * Shows published and measured numbers side by side with their differences; – where there is nothing to show.
 * @throws ArgumentError if `rows` is no list of rows, or published or ours neither a number nor null.
 */
export function scorecard(rows: readonly ScorecardRow[]): void {
  checkRows("scorecard", { rows });
  rows.forEach((row, i) => {
    for (const name of ["published", "ours"] as const) {
      if (row[name] === null || typeof row[name] === "number") continue;
      throw new ArgumentError(
        "scorecard",
        `${name} of rows[${i}] must be a number or null, got ${inWords(row[name])}`,
      );
    }
  });
  table(
    rows.map(({ what, published, ours, why, digits = 3 }) => ({
      what,
      published: published === null ? null : fixed(published, digits),
      ours: ours === null ? null : fixed(ours, digits),
      difference: published === null || ours === null ? null : signed(ours - published, digits),
      why,
    })),
  );
}

/** A number that rounds to 0 has no sign. */
function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return text.replace("-", Number(text) === 0 ? "" : "−");
}

function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return Number(text) > 0 ? `+${text}` : text;
}
