import { table } from "./table";

/** A published number and ours. */
export interface ScorecardRow {
  readonly what: string;
  readonly published: number;
  readonly ours: number;
  /** Why they differ. */
  readonly why: string;
  /** Digits behind the point; those of the published number if not given. */
  readonly digits?: number;
}

/** Shows published and measured numbers side by side with their differences. */
export function scorecard(rows: readonly ScorecardRow[]): void {
  table(
    rows.map(({ what, published, ours, why, digits = 3 }) => ({
      what,
      published: published.toFixed(digits),
      ours: ours.toFixed(digits),
      difference: signed(ours - published, digits),
      why,
    })),
  );
}

function signed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return value > 0 ? `+${text}` : text.replace("-", "−");
}
