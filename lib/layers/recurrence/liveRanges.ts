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
