/* The steps of a GRU through time and back. The formulas stand in lib/layers/GRU.ts. */
import { addProduct, wholePanels, wholeVectors } from "./panels";
import { Real } from "./real";
import {
  blockRows, complement, copyPadded, copyUnpadded, even, faded, gateOf, gateSlope, hasFaded, loadPart,
  rowOf, stepsOf, storePart,
} from "./recurrent";
import { at, lanes, madd, word } from "./simd";
import { tanh } from "./tanh";

/** Bytes a row: the update and reset gates, the candidate, and twice as much as h. */
function bytesOf(units: i32): i32 {
  return (wholePanels(2 * wholeVectors(units)) + 3 * wholePanels(units)) * sizeof<Real>();
}

/** Bytes of scratch for blocks of that many rows. */
export function gruScratch(rows: i32, units: i32): i32 {
  return even(rows) * bytesOf(units);
}

/**
 * Runs blocks [b0, b1) of the rows through all of their steps. Saved are, for each step: the gates [·, 3 · padded], h
 * before the step and, unless the pointer is 0, after it, and `inner`: r ⊙ h, or (h U + b) of the candidate where
 * `resetAfter`; all [·, units]. For each row the last h. Step s of the batch begins with row index[s] of the
 * projections [·, 3 · units], or row s if the pointer is 0. `bias` is the candidate's recurrent one.
 */
export function gruForward(
  b0: i32, b1: i32, blocks: i32, rows: i32, units: i32, order: usize, starts: usize, index: usize,
  projections: usize, packed: usize, packedCandidate: usize, bias: usize, gates: usize, before: usize, inner: usize,
  after: usize, last: usize, hard: bool, scratch: usize,
): void {
  const padded = wholeVectors(units), columns = wholePanels(2 * padded), hColumns = wholePanels(units);
  const zRow = at(columns), row = at(padded), cRow = at(hColumns), hRow = at(units);
  for (let b = b0; b < b1; b++) {
    const count = blockRows(rows, blocks, b), pairs = <usize>even(count);
    const c = scratch + pairs * zRow, h = c + pairs * cRow, rh = h + pairs * cRow;
    memory.fill(scratch, 0, gruScratch(count, units));
    let active = count;
    for (let s = 0; ; s++) {
      while (active > 0 && stepsOf(starts, rowOf(order, blocks, b, active - 1)) <= s) active--;
      if (active == 0) break;
      for (let i = 0; i < active; i++) {
        const step = load<i32>(starts + word(rowOf(order, blocks, b, i))) + s;
        const source = index ? load<i32>(index + word(step)) : step;
        const from = projections + <usize>source * 3 * hRow, z = scratch + <usize>i * zRow;
        copyPadded(from, z, units);
        copyPadded(from + hRow, z + row, units);
        copyPadded(bias ? bias : from + 2 * hRow, c + <usize>i * cRow, units);
      }
      addProduct(active, units, h, cRow, packed, columns, scratch, zRow);
      if (!bias) {
        for (let i = 0; i < active; i++) {
          const step = <usize>(load<i32>(starts + word(rowOf(order, blocks, b, i))) + s);
          const z = scratch + <usize>i * zRow, own = <usize>i * cRow;
          for (let u = 0; u < units; u += lanes()) {
            const v = at(u), reset = gateOf(v128.load(z + row + v), hard);
            const gated = v128.mul<Real>(reset, v128.load(h + own + v));
            v128.store(gates + step * 3 * row + row + v, reset);
            v128.store(rh + own + v, gated);
            storePart(inner + step * hRow + v, gated, units - u);
          }
        }
      }
      addProduct(active, units, bias ? h : rh, cRow, packedCandidate, hColumns, c, cRow);
      for (let i = 0; i < active; i++) {
        const step = <usize>(load<i32>(starts + word(rowOf(order, blocks, b, i))) + s);
        const source = index ? <usize>load<i32>(index + (step << 2)) : step;
        const z = scratch + <usize>i * zRow, own = <usize>i * cRow, gate = gates + step * 3 * row;
        for (let u = 0; u < units; u += lanes()) {
          const v = at(u), left = units - u;
          const update = gateOf(v128.load(z + v), hard);
          let sum = v128.load(c + own + v);
          if (bias) {
            const reset = gateOf(v128.load(z + row + v), hard);
            storePart(inner + step * hRow + v, sum, left);
            v128.store(gate + row + v, reset);
            sum = madd(reset, sum, loadPart(projections + source * 3 * hRow + 2 * hRow + v, left));
          }
          const candidate = tanh(sum), previous = v128.load(h + own + v);
          const hidden = madd(update, v128.sub<Real>(previous, candidate), candidate);
          storePart(before + step * hRow + v, previous, left);
          if (after) storePart(after + step * hRow + v, hidden, left);
          v128.store(gate + v, update);
          v128.store(gate + 2 * row + v, candidate);
          v128.store(h + own + v, hidden);
        }
      }
    }
    for (let i = 0; i < count; i++) {
      copyUnpadded(h + <usize>i * cRow, last + <usize>rowOf(order, blocks, b, i) * hRow, units);
    }
  }
}

/**
 * Runs blocks [b0, b1) of the rows back through time and writes dGates [·, 3 · units], the gradient of the sums of the
 * gates of each step, and, unless the pointer is 0 (then the reset comes before), dInner [·, units], that of what the
 * reset gate multiplies. dAfter, dLast and firsts as for `lstmBackward`.
 */
export function gruBackward(
  b0: i32, b1: i32, blocks: i32, rows: i32, units: i32, order: usize, starts: usize, packed: usize,
  packedCandidate: usize, gates: usize, before: usize, inner: usize, dAfter: usize, dLast: usize, dGates: usize,
  dInner: usize, firsts: usize, hard: bool, scratch: usize,
): void {
  const padded = wholeVectors(units), columns = wholePanels(units);
  const zRow = at(wholePanels(2 * padded)), row = at(padded), cRow = at(columns), hRow = at(units);
  for (let b = b0; b < b1; b++) {
    const count = blockRows(rows, blocks, b), pairs = <usize>even(count);
    const c = scratch + pairs * zRow, dh = c + pairs * cRow, gated = dh + pairs * cRow;
    memory.fill(scratch, 0, gruScratch(count, units));
    let active = 0, done = 0;
    for (let s = stepsOf(starts, rowOf(order, blocks, b, 0)) - 1; s >= 0; s--) {
      for (; active < count; active++) {
        const first = rowOf(order, blocks, b, active);
        if (stepsOf(starts, first) <= s) break;
        if (dLast) copyPadded(dLast + <usize>first * hRow, dh + <usize>active * cRow, units);
      }
      while (done < active && hasFaded(firsts, starts, rowOf(order, blocks, b, done))) done++;
      if (done == count) break;
      for (let i = done; i < active; i++) {
        const self = rowOf(order, blocks, b, i);
        if (hasFaded(firsts, starts, self)) continue;
        const step = <usize>(load<i32>(starts + word(self)) + s);
        const own = <usize>i * cRow, z = scratch + <usize>i * zRow, gate = gates + step * 3 * row;
        const target = dGates + step * 3 * hRow;
        let any = v128.splat<Real>(0);
        for (let u = 0; u < units; u += lanes()) {
          const v = at(u), left = units - u;
          const update = v128.load(gate + v), reset = v128.load(gate + row + v);
          const candidate = v128.load(gate + 2 * row + v), previous = loadPart(before + step * hRow + v, left);
          let dHidden = v128.load(dh + own + v);
          if (dAfter) dHidden = v128.add<Real>(dHidden, loadPart(dAfter + step * hRow + v, left));
          dHidden = faded(dHidden);
          any = v128.or(any, dHidden);
          const dUpdate = v128.mul<Real>(
            v128.mul<Real>(dHidden, v128.sub<Real>(previous, candidate)), gateSlope(update, hard),
          );
          const dCandidate = v128.mul<Real>(
            v128.mul<Real>(dHidden, complement(update)), complement(v128.mul<Real>(candidate, candidate)),
          );
          v128.store(z + v, dUpdate);
          v128.store(dh + own + v, v128.mul<Real>(dHidden, update));
          storePart(target + v, dUpdate, left);
          storePart(target + 2 * hRow + v, dCandidate, left);
          let dSum = dCandidate;
          if (dInner) {
            const dReset = v128.mul<Real>(
              v128.mul<Real>(dCandidate, loadPart(inner + step * hRow + v, left)),
              gateSlope(reset, hard),
            );
            dSum = v128.mul<Real>(dCandidate, reset);
            v128.store(z + row + v, dReset);
            storePart(target + hRow + v, dReset, left);
            storePart(dInner + step * hRow + v, dSum, left);
          }
          v128.store(c + own + v, dSum);
        }
        if (!v128.any_true(any) && !dAfter) {
          store<i32>(firsts + word(self), <i32>step + 1);
          memory.fill(z, 0, zRow);
        }
      }
      const pair = done & -2, some = active - pair, ownPair = <usize>pair * cRow, zPair = scratch + <usize>pair * zRow;
      if (dInner) {
        addProduct(some, padded, c + ownPair, cRow, packedCandidate, columns, dh + ownPair, cRow);
      } else {
        memory.fill(gated + ownPair, 0, <usize>some * cRow);
        addProduct(some, padded, c + ownPair, cRow, packedCandidate, columns, gated + ownPair, cRow);
        for (let i = done; i < active; i++) {
          const self = rowOf(order, blocks, b, i);
          const step = <usize>(load<i32>(starts + word(self)) + s);
          if (hasFaded(firsts, starts, self)) continue;
          const own = <usize>i * cRow, z = scratch + <usize>i * zRow, gate = gates + step * 3 * row + row;
          for (let u = 0; u < units; u += lanes()) {
            const v = at(u), left = units - u, dGated = v128.load(gated + own + v);
            const reset = v128.load(gate + v);
            const dReset = v128.mul<Real>(
              v128.mul<Real>(dGated, loadPart(before + step * hRow + v, left)),
              gateSlope(reset, hard),
            );
            v128.store(z + row + v, dReset);
            storePart(dGates + step * 3 * hRow + hRow + v, dReset, left);
            v128.store(dh + own + v, madd(dGated, reset, v128.load(dh + own + v)));
          }
        }
      }
      if (s > 0) addProduct(some, 2 * padded, zPair, zRow, packed, columns, dh + ownPair, cRow);
    }
  }
}
