/* Max pooling of images that lie channels last, several channels at a time. */
import { largerBits, sameNumbers, wholeNumber } from "./pooledSource";
import { Real } from "./real";
import { at, lanes, word } from "./simd";

/* The geometry, int32 by number. */
export const HEIGHT: i32 = 0;
export const WIDTH: i32 = 1;
export const CHANNELS: i32 = 2;
export const SIZE: i32 = 3;
export const STRIDE: i32 = 4;
export const ROWS: i32 = 5;
export const COLUMNS: i32 = 6;

@inline
export function get(geometry: usize, place: i32): i32 {
  return load<i32>(geometry + word(place));
}

/**
 * y = the largest value of each window and channel for images [n0, n1), and `places` its number in the window: the
 * first of equals, the first NaN where there is one.
 */
export function maxPool(n0: i32, n1: i32, geometry: usize, x: usize, y: usize, places: usize): void {
  const height = get(geometry, HEIGHT), width = get(geometry, WIDTH), channels = get(geometry, CHANNELS);
  const size = get(geometry, SIZE), stride = get(geometry, STRIDE);
  const rows = get(geometry, ROWS), columns = get(geometry, COLUMNS);
  for (let r = n0 * rows; r < n1 * rows; r++) {
    const image = r / rows;
    const top = x + at((image * height + (r - image * rows) * stride) * width * channels);
    for (let b = 0; b < columns; b++) {
      const window = top + at(b * stride * channels), result = at((r * columns + b) * channels);
      let c = 0;
      for (; c + lanes() <= channels; c += lanes()) {
        let best = v128.load(window + at(c)), place = wholeNumber(0), tap = 0;
        for (let i = 0; i < size; i++) {
          let cell = window + at(i * width * channels + c);
          for (let k = 0; k < size; k++) {
            const value = v128.load(cell);
            const larger = largerBits(value, best);
            best = v128.bitselect(value, best, larger);
            place = v128.bitselect(wholeNumber(tap++), place, larger);
            cell += at(channels);
          }
        }
        v128.store(y + result + at(c), best);
        v128.store(places + result + at(c), place);
      }
      for (; c < channels; c++) {
        let best = load<Real>(window + at(c)), place = 0, tap = 0;
        for (let i = 0; i < size; i++) {
          for (let k = 0; k < size; k++) {
            const value = load<Real>(window + at((i * width + k) * channels + c));
            if (value > best || (value != value && best == best)) { best = value; place = tap; }
            tap++;
          }
        }
        store<Real>(y + result + at(c), best);
        storePlace(places + result + at(c), place);
      }
    }
  }
}

@inline
function storePlace(cell: usize, place: i32): void {
  if (sizeof<Real>() == 4) store<i32>(cell, place);
  else store<i64>(cell, place);
}

/** dx = Σ over the windows a value is the largest of, of their dy; 0 for the others. */
export function maxPoolGradient(n0: i32, n1: i32, geometry: usize, places: usize, dy: usize, dx: usize): void {
  const height = get(geometry, HEIGHT), width = get(geometry, WIDTH), channels = get(geometry, CHANNELS);
  const size = get(geometry, SIZE), stride = get(geometry, STRIDE);
  const rows = get(geometry, ROWS), columns = get(geometry, COLUMNS);
  const overlaps = stride < size, imageBytes = at(height * width * channels);
  const covered = stride == size && rows * size == height && columns * size == width;
  if (!covered) memory.fill(dx + <usize>n0 * imageBytes, 0, <usize>(n1 - n0) * imageBytes);
  for (let r = n0 * rows; r < n1 * rows; r++) {
    const image = r / rows;
    const top = dx + <usize>image * imageBytes + at((r - image * rows) * stride * width * channels);
    for (let b = 0; b < columns; b++) {
      const window = top + at(b * stride * channels), result = at((r * columns + b) * channels);
      let c = 0;
      for (; c + lanes() <= channels; c += lanes()) {
        const place = v128.load(places + result + at(c)), d = v128.load(dy + result + at(c));
        let tap = 0;
        for (let i = 0; i < size; i++) {
          let cell = window + at(i * width * channels + c);
          for (let k = 0; k < size; k++) {
            const here = sameNumbers(place, wholeNumber(tap));
            const value = v128.and(d, here);
            v128.store(cell, overlaps ? v128.add<Real>(v128.load(cell), value) : value);
            tap++;
            cell += at(channels);
          }
        }
      }
      for (; c < channels; c++) {
        const place = load<i32>(places + result + at(c));
        let tap = 0;
        for (let i = 0; i < size; i++) {
          for (let k = 0; k < size; k++) {
            const cell = window + at((i * width + k) * channels + c);
            const value = place == tap++ ? load<Real>(dy + result + at(c)) : <Real>0;
            store<Real>(cell, overlaps ? load<Real>(cell) + value : value);
          }
        }
      }
    }
  }
}
