import { rowRange } from "../../tensor/rowRange";
import type { Tensor } from "../../tensor/Tensor";
import type { Parameter } from "../Parameter";
import type { Sequences } from "./Sequences";

/** Steps, or rows, [from, to). */
export type Range = readonly [from: number, to: number];

/** The steps that have a gradient, in ascending order: those of sequence n from firsts[n] on. Neighbours are joined. */
export function liveRanges({ starts, order }: Sequences, firsts: Int32Array): Range[] {
  const ranges: [number, number][] = [];
  for (let n = 0; n < order.length; n++) {
    const [from, to] = [firsts[n], starts[n + 1]];
    if (from === to) continue;
    const last = ranges.at(-1);
    if (last?.[1] === from) last[1] = to;
    else ranges.push([from, to]);
  }
  return ranges;
}

/** Adds to the gradient of a parameter what `use` computes for each range, from those rows of matrices: `part` gives them. */
export function accumulateOver(
  parameter: Parameter,
  ranges: readonly Range[],
  use: (into: Tensor, part: (matrix: Tensor) => Tensor, add: boolean) => void,
): void {
  const { into, add } = parameter.accumulate();
  if (ranges.length === 0 && !add) into.data.fill(0);
  for (const [i, [from, to]] of ranges.entries()) {
    use(into, (matrix) => rowRange(matrix, from, to), add || i > 0);
  }
}
