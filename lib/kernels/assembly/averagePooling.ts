/* Average pooling of images that lie channels last, several channels at a time. */
import { CHANNELS, COLUMNS, get, HEIGHT, ROWS, SIZE, STRIDE, WIDTH } from "./pooling";
import { Real } from "./real";
import { at, lanes, read, write } from "./simd";

/** Columns of a window; SIZE is its rows. */
const SIZE_COLUMNS: i32 = 7;

/** y = the mean of each window and channel for images [n0, n1). */
export function averagePool(n0: i32, n1: i32, geometry: usize, x: usize, y: usize): void {
  const height = get(geometry, HEIGHT), width = get(geometry, WIDTH), channels = get(geometry, CHANNELS);
  const size = get(geometry, SIZE), sizeColumns = get(geometry, SIZE_COLUMNS), stride = get(geometry, STRIDE);
  const rows = get(geometry, ROWS), columns = get(geometry, COLUMNS);
  const share = <Real>1 / <Real>(size * sizeColumns);
  for (let r = n0 * rows; r < n1 * rows; r++) {
    const image = r / rows;
    const top = x + at((image * height + (r - image * rows) * stride) * width * channels);
    for (let b = 0; b < columns; b++) {
      const window = top + at(b * stride * channels), result = y + at((r * columns + b) * channels);
      let c = 0;
      for (; c + lanes() <= channels; c += lanes()) {
        meanAt(true, window + at(c), size, sizeColumns, width, channels, share, result + at(c));
      }
      for (; c < channels; c++) {
        meanAt(false, window + at(c), size, sizeColumns, width, channels, share, result + at(c));
      }
    }
  }
}

@inline
function meanAt(
  whole: bool, window: usize, size: i32, sizeColumns: i32, width: i32, channels: i32, share: Real, result: usize,
): void {
  let sum = v128.splat<Real>(0);
  for (let i = 0; i < size; i++) {
    let cell = window + at(i * width * channels);
    for (let k = 0; k < sizeColumns; k++) {
      sum = v128.add<Real>(sum, read(whole, cell));
      cell += at(channels);
    }
  }
  write(whole, result, v128.mul<Real>(sum, v128.splat<Real>(share)));
}

/** dx = Σ over the windows a value lies in of their dy, divided by the values of a window. */
export function averagePoolGradient(n0: i32, n1: i32, geometry: usize, dy: usize, dx: usize): void {
  const height = get(geometry, HEIGHT), width = get(geometry, WIDTH), channels = get(geometry, CHANNELS);
  const size = get(geometry, SIZE), sizeColumns = get(geometry, SIZE_COLUMNS), stride = get(geometry, STRIDE);
  const rows = get(geometry, ROWS), columns = get(geometry, COLUMNS), imageBytes = at(height * width * channels);
  const share = <Real>1 / <Real>(size * sizeColumns);
  memory.fill(dx + <usize>n0 * imageBytes, 0, <usize>(n1 - n0) * imageBytes);
  for (let r = n0 * rows; r < n1 * rows; r++) {
    const image = r / rows;
    const top = dx + at((image * height + (r - image * rows) * stride) * width * channels);
    for (let b = 0; b < columns; b++) {
      const window = top + at(b * stride * channels), result = dy + at((r * columns + b) * channels);
      let c = 0;
      for (; c + lanes() <= channels; c += lanes()) {
        spreadAt(true, result + at(c), size, sizeColumns, width, channels, share, window + at(c));
      }
      for (; c < channels; c++) {
        spreadAt(false, result + at(c), size, sizeColumns, width, channels, share, window + at(c));
      }
    }
  }
}

@inline
function spreadAt(
  whole: bool, result: usize, size: i32, sizeColumns: i32, width: i32, channels: i32, share: Real, window: usize,
): void {
  const part = v128.mul<Real>(read(whole, result), v128.splat<Real>(share));
  for (let i = 0; i < size; i++) {
    let cell = window + at(i * width * channels);
    for (let k = 0; k < sizeColumns; k++) {
      write(whole, cell, v128.add<Real>(read(whole, cell), part));
      cell += at(channels);
    }
  }
}
