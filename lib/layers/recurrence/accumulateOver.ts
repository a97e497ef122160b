import { rowRange } from "../../tensor/rowRange";
import type { Tensor } from "../../tensor/Tensor";
import type { Parameter } from "../Parameter";
import type { Range } from "./liveRanges";

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
