import type { DType } from "scratch-nn";
import type { Contestant, Programs } from "./contestants";
import type { Options } from "./options";
import type { Program } from "./Program";
import type { Report } from "./report";
import { ratio, spread, takeTurns } from "./rounds";
import { float64Target, formsTarget } from "./targets";
import { formNames, largeShapes, type Workload } from "./workloads";

type Shape = (typeof largeShapes)[number];

/**
 * The library's products of a shape on one thread beside each other, in turn: the transposed forms, and float64 beside
 * float32, for which OpenBLAS is asked too.
 */
export async function compareForms(
  selected: readonly Workload[],
  { oursAlone, openblas }: Programs,
  { seconds, rounds }: Options,
  report: Report,
): Promise<void> {
  for (const shape of largeShapes) {
    const own = { float32: products(shape, "float32"), float64: products(shape, "float64") };
    const theirs = { float32: first(shape, "float32"), float64: first(shape, "float64") };
    const contestants = [own.float32, own.float64, theirs.float32, theirs.float64].flat();
    if (contestants.length < 2) continue;
    const rates = await takeTurns(contestants, seconds, rounds);
    const ratesOf = (contestant: Contestant): number[] => rates[contestants.indexOf(contestant)]!;
    const compareTwo = (
      a: Contestant,
      aName: string,
      b: Contestant,
      bName: string,
      target?: number,
    ): void => {
      const [x, y] = [ratesOf(a), ratesOf(b)];
      const sides = [
        { name: aName, rate: spread(x).median },
        { name: bName, rate: spread(y).median },
      ] as const;
      report.ratio(a.workload.name, ...sides, ratio(x, y), target);
    };
    for (const forms of [own.float32, own.float64]) {
      if (forms.length < formNames(shape, "float32").length) continue;
      const sorted = [...forms].sort((a, b) => spread(ratesOf(a)).median - spread(ratesOf(b)).median);
      compareTwo(sorted[0]!, "slowest form", sorted.at(-1)!, "fastest form", formsTarget);
    }
    if (own.float32[0] && own.float64[0]) {
      compareTwo(own.float64[0], "float64 1t", own.float32[0], "float32 1t", float64Target);
    }
    if (theirs.float32[0] && theirs.float64[0]) {
      compareTwo(theirs.float64[0], "openblas f64 1t", theirs.float32[0], "openblas f32 1t");
    }
  }

  function products(shape: Shape, dtype: DType): Contestant[] {
    return given(oursAlone, formNames(shape, dtype));
  }

  function first(shape: Shape, dtype: DType): Contestant[] {
    return given(openblas, formNames(shape, dtype).slice(0, 1));
  }

  function given(program: Program | undefined, names: readonly string[]): Contestant[] {
    const workloads = selected.filter(({ name }) => names.includes(name));
    return program ? workloads.map((workload) => ({ name: program.name, program, workload })) : [];
  }
}
