/* The steps of an LSTM through time and back. The formulas stand in lib/layers/LSTM.ts. */
import { addProduct, wholePanels, wholeVectors } from "./panels";
import { Real } from "./real";
import {
  blockRows, complement, copyPadded, copyUnpadded, even, faded, gateOf, gateSlope, hasFaded, loadPart,
  rowOf, stepsOf, storePart,
} from "./recurrent";
import { at, lanes, madd, word } from "./simd";
import { tanh } from "./tanh";

/** Bytes of scratch for blocks of that many rows: gates (or their gradients), h and c of each row. */
export function lstmScratch(rows: i32, units: i32): i32 {
  const padded = wholeVectors(units);
  return even(rows) * (wholePanels(4 * padded) + wholePanels(units) + padded) * sizeof<Real>();
}

/**
 * Runs blocks [b0, b1) of the rows through all of their steps. Saved are, for each step: the gates [·, 4 · padded], c
 * [·, padded], h before the step [·, units] and, unless the pointer is 0, after it; for each row the last h.
 * Step s of the batch begins with row index[s] of the projections [·, 4 · units], or row s if the pointer is 0.
 */
export function lstmForward(
  b0: i32, b1: i32, blocks: i32, rows: i32, units: i32, order: usize, starts: usize, index: usize,
  projections: usize, packed: usize, gates: usize, cells: usize, before: usize, after: usize, last: usize,
  hard: bool, scratch: usize,
): void {
  const padded = wholeVectors(units), columns = wholePanels(4 * padded);
  const zRow = at(columns), row = at(padded), hRow = at(units);
  for (let b = b0; b < b1; b++) {
    const count = blockRows(rows, blocks, b);
    const h = scratch + <usize>even(count) * zRow, c = h + <usize>even(count) * row;
    memory.fill(h, 0, 2 * <usize>even(count) * row);
    let active = count;
    for (let s = 0; ; s++) {
      while (active > 0 && stepsOf(starts, rowOf(order, blocks, b, active - 1)) <= s) active--;
      if (active == 0) break;
      for (let i = 0; i < active; i++) {
        const step = load<i32>(starts + word(rowOf(order, blocks, b, i))) + s;
        const source = index ? load<i32>(index + word(step)) : step;
        const from = projections + <usize>source * 4 * hRow, z = scratch + <usize>i * zRow;
        for (let gate = 0; gate < 4; gate++) copyPadded(from + <usize>gate * hRow, z + <usize>gate * row, units);
      }
      addProduct(active, units, h, row, packed, columns, scratch, zRow);
      for (let i = 0; i < active; i++) {
        const step = <usize>(load<i32>(starts + word(rowOf(order, blocks, b, i))) + s);
        forwardCell(
          units, row, scratch + <usize>i * zRow, h + <usize>i * row, c + <usize>i * row,
          gates + step * 4 * row, cells + step * row, before + step * hRow, after ? after + step * hRow : 0, hard,
        );
      }
    }
    for (let i = 0; i < count; i++) {
      copyUnpadded(h + <usize>i * row, last + <usize>rowOf(order, blocks, b, i) * hRow, units);
    }
  }
}

/** One step of one row, from the sums z of its gates. */
function forwardCell(
  units: i32, row: usize, z: usize, h: usize, c: usize, gates: usize, cells: usize, before: usize, after: usize,
  hard: bool,
): void {
  for (let v: usize = 0; v < 2 * row; v += 16) v128.store(gates + v, gateOf(v128.load(z + v), hard));
  for (let v: usize = 2 * row; v < 3 * row; v += 16) v128.store(gates + v, tanh(v128.load(z + v)));
  for (let v: usize = 3 * row; v < 4 * row; v += 16) v128.store(gates + v, gateOf(v128.load(z + v), hard));
  copyUnpadded(h, before, units);
  for (let v: usize = 0; v < row; v += 16) {
    const added = v128.mul<Real>(v128.load(gates + v), v128.load(gates + 2 * row + v));
    const cell = madd(v128.load(gates + row + v), v128.load(c + v), added);
    v128.store(c + v, cell);
    v128.store(cells + v, cell);
    v128.store(h + v, v128.mul<Real>(v128.load(gates + 3 * row + v), tanh(cell)));
  }
  if (after) copyUnpadded(h, after, units);
}

/**
 * Runs blocks [b0, b1) of the rows back through time and writes dGates [·, 4 · units], the gradient of the sums of the
 * gates of each step. dAfter [·, units] is the gradient of each step's h, dLast [rows, units] that of the last one;
 * either may be 0. Without dAfter, a row is done once its gradient has faded: `firsts` [rows], its first step
 * when it comes, becomes the first that has one; nothing is written for the steps before that.
 */
export function lstmBackward(
  b0: i32, b1: i32, blocks: i32, rows: i32, units: i32, order: usize, starts: usize, packed: usize,
  gates: usize, cells: usize, dAfter: usize, dLast: usize, dGates: usize, firsts: usize, hard: bool,
  scratch: usize,
): void {
  const padded = wholeVectors(units), columns = wholePanels(units);
  const zRow = at(wholePanels(4 * padded)), row = at(padded), dhRow = at(columns), hRow = at(units);
  for (let b = b0; b < b1; b++) {
    const count = blockRows(rows, blocks, b);
    const dh = scratch + <usize>even(count) * zRow, dc = dh + <usize>even(count) * dhRow;
    memory.fill(scratch, 0, lstmScratch(count, units));
    let active = 0, done = 0;
    for (let s = stepsOf(starts, rowOf(order, blocks, b, 0)) - 1; s >= 0; s--) {
      for (; active < count; active++) {
        const first = rowOf(order, blocks, b, active);
        if (stepsOf(starts, first) <= s) break;
        if (dLast) copyPadded(dLast + <usize>first * hRow, dh + <usize>active * dhRow, units);
      }
      while (done < active && hasFaded(firsts, starts, rowOf(order, blocks, b, done))) done++;
      if (done == count) break;
      for (let i = done; i < active; i++) {
        const own = rowOf(order, blocks, b, i);
        if (hasFaded(firsts, starts, own)) continue;
        const step = <usize>(load<i32>(starts + word(own)) + s);
        const alive = backwardCell(
          units, row, gates + step * 4 * row, cells + step * row, s > 0 ? cells + (step - 1) * row : 0,
          dAfter ? dAfter + step * hRow : 0, dh + <usize>i * dhRow, dc + <usize>i * row,
          scratch + <usize>i * zRow, dGates + step * 4 * hRow, hard,
        );
        if (!alive && !dAfter) store<i32>(firsts + word(own), <i32>step + 1);
      }
      const pair = <usize>(done & -2);
      memory.fill(dh + pair * dhRow, 0, (<usize>active - pair) * dhRow);
      if (s > 0) {
        addProduct(
          active - <i32>pair, 4 * padded, scratch + pair * zRow, zRow, packed, columns, dh + pair * dhRow, dhRow,
        );
      }
    }
  }
}

/** One step of one row back; c before the step is 0 where the pointer is. Returns whether any gradient is not 0. */
function backwardCell(
  units: i32, row: usize, gates: usize, cells: usize, cellsBefore: usize, dAfter: usize, dh: usize, dc: usize,
  dz: usize, dGates: usize, hard: bool,
): bool {
  const hRow = at(units);
  let any = v128.splat<Real>(0);
  for (let u = 0; u < units; u += lanes()) {
    const v = at(u), left = units - u;
    const input = v128.load(gates + v), forget = v128.load(gates + row + v);
    const candidate = v128.load(gates + 2 * row + v), output = v128.load(gates + 3 * row + v);
    let dHidden = v128.load(dh + v);
    if (dAfter) dHidden = v128.add<Real>(dHidden, loadPart(dAfter + v, left));
    dHidden = faded(dHidden);
    const squashed = tanh(v128.load(cells + v));
    const slope = v128.mul<Real>(output, complement(v128.mul<Real>(squashed, squashed)));
    const dCell = faded(madd(dHidden, slope, v128.load(dc + v)));
    any = v128.or(any, v128.or(dHidden, dCell));
    const previous = cellsBefore ? v128.load(cellsBefore + v) : v128.splat<Real>(0);
    const dInput = v128.mul<Real>(
      v128.mul<Real>(dCell, candidate), gateSlope(input, hard),
    );
    const dForget = v128.mul<Real>(
      v128.mul<Real>(dCell, previous), gateSlope(forget, hard),
    );
    const dCandidate = v128.mul<Real>(
      v128.mul<Real>(dCell, input), complement(v128.mul<Real>(candidate, candidate)),
    );
    const dOutput = v128.mul<Real>(
      v128.mul<Real>(dHidden, squashed), gateSlope(output, hard),
    );
    v128.store(dc + v, v128.mul<Real>(dCell, forget));
    v128.store(dz + v, dInput);
    v128.store(dz + row + v, dForget);
    v128.store(dz + 2 * row + v, dCandidate);
    v128.store(dz + 3 * row + v, dOutput);
    storePart(dGates + v, dInput, left);
    storePart(dGates + hRow + v, dForget, left);
    storePart(dGates + 2 * hRow + v, dCandidate, left);
    storePart(dGates + 3 * hRow + v, dOutput, left);
  }
  return v128.any_true(any);
}
