import { type Contestant, contestant, type Programs } from "./contestants";
import type { Options } from "./options";
import type { Program } from "./Program";
import { type Report, reportRatio } from "./report";
import { spread, takeTurns } from "./rounds";
import { float64Target, formsTarget } from "./targets";
import { formNames, largeShapes, type Workload } from "./workloads";

/**
 * The library's products of a shape on one thread beside each other, in turn: the transposed forms, and float64 beside
 * float32, for which OpenBLAS is asked too. A comparison of which a side is not selected is left out.
 */
export async function compareForms(
  selected: readonly Workload[],
  { oursAlone, openblas }: Programs,
  { seconds, rounds }: Options,
  report: Report,
): Promise<void> {
  const find = (program: Program | undefined, names: readonly string[]): Contestant[] =>
    selected
      .filter(({ name }) => names.includes(name))
      .flatMap((workload) => contestant(program, workload) ?? []);

  for (const shape of largeShapes) {
    for (const dtype of ["float32", "float64"] as const) {
      const names = formNames(shape, dtype);
      const forms = find(oursAlone, names);
      if (forms.length < names.length) continue;
      const rates = await takeTurns(forms, seconds, rounds);
      rates.sort((a, b) => spread(a).median - spread(b).median);
      const slowest = { name: "slowest form", rates: rates[0]! };
      reportRatio(report, names[0]!, slowest, { name: "fastest form", rates: rates.at(-1)! }, formsTarget);
    }
    const plain = [formNames(shape, "float32")[0]!, formNames(shape, "float64")[0]!];
    for (const [program, name, target] of [
      [oursAlone, "", float64Target],
      [openblas, "openblas ", undefined],
    ] as const) {
      const both = find(program, plain);
      if (both.length < plain.length) continue;
      const [float32, float64] = await takeTurns(both, seconds, rounds);
      const wide = { name: `${name}float64`, rates: float64! };
      reportRatio(report, plain[1]!, wide, { name: `${name}float32`, rates: float32! }, target);
    }
  }
}
