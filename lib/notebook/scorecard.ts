import { checkRows, inWords } from "../checks";
import { ArgumentError } from "../errors";
import { display } from "./display";
import { formatTable } from "./table";

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
  /**
   * How far ours may lie from the published number, or how far [below, above] it, for it to count as reproduced (default:
   * nothing is said about that).
   */
  readonly tolerance?: number | readonly [below: number, above: number];
}

/** The MIME type under which a notebook keeps the rows themselves: JSON, `{ rows }`. */
export const SCORECARD = "application/vnd.scratch-nn.scorecard+json";

/** What stands in the place of a missing digit and a missing point, as wide as they are. Markdown trims other spaces. */
const NO_DIGIT = "&numsp;";
const NO_POINT = "&puncsp;";

/**
 * Shows published and measured numbers side by side with their differences, point below point; – where there is
 * nothing to show. The notebook keeps the rows as JSON too, with all digits; `npm run reproduce` reads them there.
 * @throws ArgumentError if `rows` is no list of rows, published or ours neither a number nor null, or a tolerance neither a
 * number ≥ 0 nor two of them.
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
    checkTolerance(row.tolerance, i);
  });
  const most = rows.reduce((most, { digits = 3 }) => Math.max(most, digits), 0);
  const lines = (point: string, digit: string): string => {
    const write = (value: number | null, digits: number, format = fixed): string => {
      const shown = value === null ? 0 : digits;
      const missing = (shown === 0 && most > 0 ? point : "") + digit.repeat(most - shown);
      return (value === null ? "–" : format(value, digits)) + missing;
    };
    const numbers = ["published", "ours", "difference"];
    return formatTable(
      rows.map(({ what, published, ours, why, digits = 3 }) => ({
        what,
        published: write(published, digits),
        ours: write(ours, digits),
        difference: write(published === null || ours === null ? null : ours - published, digits, signed),
        why,
      })),
      numbers,
    );
  };
  const data = {
    "text/markdown": lines(NO_POINT, NO_DIGIT),
    "text/plain": lines(" ", " "),
    [SCORECARD]: { rows },
  };
  display({ data });
}

function checkTolerance(tolerance: ScorecardRow["tolerance"], i: number): void {
  if (tolerance === undefined) return;
  const sides = typeof tolerance === "number" ? [tolerance, tolerance] : tolerance;
  if (Array.isArray(sides) && sides.length === 2 && sides.every((side) => Number.isFinite(side) && side >= 0))
    return;
  const problem = `tolerance of rows[${i}] must be a number ≥ 0 or two of them, got ${inWords(tolerance)}`;
  throw new ArgumentError("scorecard", problem);
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
