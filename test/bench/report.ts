import { ratio, type Spread, spread } from "./rounds";
import type { Workload } from "./workloads";

/** Where results go: a table, or with `--json` one object a line. */
export interface Report {
  rate(peer: string, workload: Workload, rates: Spread): void;
  /** `ours` and `theirs` are the medians, in the workload's unit. */
  ratio(workload: string, ours: Side, theirs: Side, ratio: Spread, target: number | undefined): void;
}

export interface Side {
  readonly name: string;
  readonly rate: number;
}

/** Who took turns, and at which rates. */
export interface Turns {
  readonly name: string;
  readonly rates: readonly number[];
}

/** Reports the ratio of two that took turns. */
export function reportRatio(
  report: Report,
  workload: string,
  ours: Turns,
  theirs: Turns,
  target?: number,
): void {
  const side = ({ name, rates }: Turns): Side => ({ name, rate: spread(rates).median });
  report.ratio(workload, side(ours), side(theirs), ratio(ours.rates, theirs.rates), target);
}

export function jsonReport(): Report {
  const print = (result: object): void => console.log(JSON.stringify(result));
  return {
    rate(peer, { name, kind }, { median, low, high }) {
      const unit = kind === "matmul" ? "gflops" : "steps_per_s";
      print({ peer, workload: name, [unit]: round(median), low: round(low), high: round(high) });
    },
    ratio(workload, ours, theirs, { median, low, high }, target) {
      const against = theirs.name;
      const numbers = { ratio: round(median), low: round(low), high: round(high), target };
      print({ peer: ours.name, against, workload, ...numbers });
    },
  };
}

/** A table whose rows are printed as they come; `comparing` tells which of the two kinds of row will come. */
export function tableReport(comparing: boolean): Report {
  const columns: [string, number][] = comparing
    ? [
        ["workload", 31],
        ["of", 18],
        ["against", 21],
        ["rate", 8],
        ["theirs", 8],
        ["ratio", 6],
        ["low–high", 13],
        ["target", 13],
      ]
    : [
        ["workload", 31],
        ["", 9],
        ["median", 9],
        ["low–high", 19],
      ];
  const line = (cells: readonly string[]): void =>
    console.log(
      cells
        .map((cell, i) =>
          /^[\d.–-]+$/.test(cell) ? cell.padStart(columns[i]![1]) : cell.padEnd(columns[i]![1]),
        )
        .join(" ")
        .trimEnd(),
    );
  line(columns.map(([title]) => title));
  return {
    rate(_, { name, kind }, { median, low, high }) {
      if (comparing) return;
      const range = `${short(low)}–${short(high)}`;
      line([name, kind === "matmul" ? "GFLOP/s" : "steps/s", short(median), range]);
    },
    ratio(workload, ours, theirs, { median, low, high }, target) {
      const verdict = target === undefined ? "" : `≥ ${target} ${median >= target ? "met" : "missed"}`;
      const range = `${low.toFixed(2)}–${high.toFixed(2)}`;
      line([
        workload,
        ours.name,
        theirs.name,
        short(ours.rate),
        short(theirs.rate),
        median.toFixed(2),
        range,
        verdict,
      ]);
    },
  };
}

function short(rate: number): string {
  return rate >= 1000 ? rate.toFixed(0) : rate.toPrecision(3);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
