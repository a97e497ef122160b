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

/** Shows published and measured numbers side by side with their differences; – where there is nothing to show. */
export function scorecard(rows: readonly ScorecardRow[]): void {
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
