import { ArgumentError } from "scratch-nn";
import { type Contestant, type Pair, pairs, startPrograms, stopPrograms } from "./contestants";
import { compareForms } from "./forms";
import type { Options } from "./options";
import { type Report, reportRatio } from "./report";
import { spread, takeTurns } from "./rounds";
import { targetOf } from "./targets";
import type { Workload } from "./workloads";

/** How far, relatively, the values of two programs may be apart. */
const TOLERANCE = 1e-5;

/**
 * Runs the workloads with the library and with the peers in turn and reports the ratios, after a check that all compute
 * the same. A peer that is not installed is left out, with a sentence to `warn`.
 */
export async function compare(
  selected: readonly Workload[],
  options: Options,
  report: Report,
  warn: (sentence: string) => void,
): Promise<void> {
  const programs = await startPrograms(selected, options, warn);
  try {
    const matches = selected.map((workload) => pairs(workload, programs));
    if (matches.every((match) => match.length === 0)) {
      throw new ArgumentError("--peers", "must leave at least one peer for these workloads, got none");
    }
    for (const match of matches) await checkSame(contestantsOf(match));
    for (const match of matches) {
      const contestants = contestantsOf(match);
      const rates = await takeTurns(contestants, options.seconds, options.rounds);
      const ratesOf = (contestant: Contestant): number[] => rates[contestants.indexOf(contestant)]!;
      for (const contestant of contestants) {
        report.rate(contestant.name, contestant.workload, spread(ratesOf(contestant)));
      }
      for (const [ours, theirs] of match) {
        const [own, other] = [ours, theirs].map((who) => ({ name: who.name, rates: ratesOf(who) }));
        reportRatio(report, ours.workload.name, own!, other!, targetOf(ours.workload.name, theirs.name));
      }
    }
    await compareForms(selected, programs, options, report);
  } finally {
    stopPrograms(programs);
  }
}

function contestantsOf(match: readonly Pair[]): Contestant[] {
  return [...new Set(match.flat())];
}

/** @throws Error if two contestants do not come to the same value from the same start. */
async function checkSame(contestants: readonly Contestant[]): Promise<void> {
  const values: number[] = [];
  for (const { program, workload } of contestants) values.push((await program.ask({ workload })).value!);
  contestants.forEach(({ name, workload }, i) => {
    const [first, value] = [values[0]!, values[i]!];
    if (!(Math.abs(value - first) <= TOLERANCE * Math.abs(first))) {
      throw new Error(`${workload.name}: ${contestants[0]!.name} computes ${first}, but ${name} ${value}`);
    }
  });
}
