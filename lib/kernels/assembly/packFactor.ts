import { copyValues } from "./packing";
import { Real } from "./real";
import { at, lanes, word } from "./simd";

/** Bytes a row of a block of columns where so many are left, of 8 vectors or for the tail 4. */
@inline
export function blockBytes(left: i32): usize {
  return (left > 4 * lanes() ? 8 : 4) * 16;
}

/** So many columns filled up to whole blocks. */
export function filledColumns(columns: i32): i32 {
  let j = 0;
  while (j < columns) j += <i32>(blockBytes(columns - j) / sizeof<Real>());
  return j;
}

/**
 * The factor of `convolve`: blocks of columns behind each other, in each the rows that begin at `starts` (in elements
 * of w), their columns `step` elements apart; missing columns are 0.
 */
export function packFactor(rows: i32, columns: i32, starts: usize, step: i32, w: usize, factor: usize): void {
  let j = 0;
  while (j < columns) {
    const width = <i32>(blockBytes(columns - j) / sizeof<Real>());
    const inside = min(width, columns - j);
    for (let r = 0; r < rows; r++) {
      let source = w + at(load<i32>(starts + word(r)) + j * step);
      if (step == 1) {
        copyValues(source, factor, inside);
      } else {
        for (let i = 0; i < inside; i++) {
          store<Real>(factor + at(i), load<Real>(source));
          source += at(step);
        }
      }
      for (let i = inside; i < width; i++) store<Real>(factor + at(i), 0);
      factor += at(width);
    }
    j += width;
  }
}
