import type { Contestant } from "./contestants";
import { unit } from "./workloads";

/** Between two turns: the threads of the one before go to sleep. */
const PAUSE = 100;

/**
 * The rates of the contestants, steps or 10⁹ operations a second, [contestant][round]. They take turns, never two at
 * once, every other round in the opposite order.
 */
export async function takeTurns(
  contestants: readonly Contestant[],
  seconds: number,
  rounds: number,
): Promise<number[][]> {
  const rates = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    const order = [...contestants.keys()];
    if (round % 2 === 1) order.reverse();
    for (const index of order) {
      const { program, workload } = contestants[index]!;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      const { rate } = await program.ask({ workload, seconds });
      rates[index]!.push(rate! * unit(workload));
    }
  }
  return rates;
}

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, low: sorted[0]!, high: sorted.at(-1)! };
}

/** The spread of a[i] / b[i], round by round. */
export function ratio(a: readonly number[], b: readonly number[]): Spread {
  return spread(a.map((value, round) => value / b[round]!));
}
