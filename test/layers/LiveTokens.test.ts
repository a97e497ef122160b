import fc from "fast-check";
import { Tensor } from "scratch-nn";
import { expect, test } from "vitest";
import { liveRanges, type Range } from "../../lib/dist/layers/recurrence/ranges";
import { DistinctTokens } from "../../lib/dist/layers/tokens/DistinctTokens";
import { LiveTokens } from "../../lib/dist/layers/tokens/LiveTokens";

const DICTIONARY = 6;
const sequences = fc.array(fc.array(fc.nat(DICTIONARY - 1), { maxLength: 5 }), {
  minLength: 1,
  maxLength: 4,
});
const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });

/** Where each sequence begins and ends, and from which of its steps on it has a gradient. */
function lay(lists: number[][], begins: number[]): { starts: Int32Array; firsts: Int32Array } {
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, n) => {
    starts[n + 1] = starts[n]! + list.length;
  });
  const firsts = Int32Array.from(lists, (list, n) => starts[n]! + Math.round(begins[n]! * list.length));
  return { starts, firsts };
}

function rangesOf(starts: Int32Array, firsts: Int32Array): Range[] {
  const order = new Int32Array(firsts.length);
  return liveRanges({ rows: Tensor.zeros([0, 1]), steps: starts.at(-1)!, starts, order }, firsts);
}

test("the ranges are the steps from the first with a gradient on, and none touches the next", () => {
  fc.assert(
    fc.property(sequences, shares, (lists, begins) => {
      const { starts, firsts } = lay(lists, begins);
      const ranges = rangesOf(starts, firsts);
      const steps = ranges.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
      const wanted = lists.flatMap((list, n) =>
        list.map((_, t) => starts[n]! + t).filter((s) => s >= firsts[n]!),
      );
      expect(steps).toEqual(wanted);
      for (let i = 1; i < ranges.length; i++) expect(ranges[i]![0]).toBeGreaterThan(ranges[i - 1]![1]);
    }),
  );
});

test("the live tokens are those of the live steps, in the order of the distinct ones, found again and again", () => {
  const distinct = new DistinctTokens(DICTIONARY);
  const live = new LiveTokens();
  fc.assert(
    fc.property(sequences, shares, (lists, begins) => {
      const tokens = lists.flat();
      const { starts, firsts } = lay(lists, begins);
      const ranges = rangesOf(starts, firsts);
      distinct.find(Int32Array.from(tokens), tokens.length);
      live.find(distinct, ranges);
      const isLive = (step: number): boolean => ranges.some(([from, to]) => step >= from && step < to);
      const wanted = Array.from(distinct.tokens.subarray(0, distinct.count), (token, slot) => ({
        token,
        slot,
        steps: tokens.flatMap((other, step) => (other === token && isLive(step) ? [step] : [])),
      })).filter(({ steps }) => steps.length > 0);
      const found = Array.from({ length: live.count }, (_, i) => ({
        token: live.tokens[i],
        slot: live.slots[i],
        steps: [...live.steps.subarray(live.starts[i], live.starts[i + 1])],
      }));
      expect(found).toEqual(wanted);
    }),
  );
});
