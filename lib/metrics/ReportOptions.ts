/** Options of `classificationReport`. */
export interface ReportOptions {
  /** The classes to report, in this order; by default all that occur in labels or predictions, sorted. */
  labels?: ArrayLike<number>;
  /** What to call them; by default their numbers. */
  names?: readonly string[];
  /** Digits after the point in the text; 2 by default. */
  digits?: number;
  /** What 0 / 0 is: 0 (the default), 1, or NaN, which the averages leave out. */
  zeroDivision?: number;
}
