/* The gradient of a convolution's weights, from the values of dy that are not 0. */
import { ENTRY, VALUE } from "./nonZeros";
import { blockBytes, filledColumns } from "./packFactor";
import { copyValues } from "./packing";
import { isNonZero, nonZeroBits } from "./pooledSource";
import { Real } from "./real";
import { at, lanes, word } from "./simd";
import { ADD, STORE, sumEntries } from "./sumEntries";

/*
 * The geometry, int32 by number. Where the window of a row has few values, or is padded, the windows of some positions
 * are copied one behind the other first: "unfolded".
 */
const HEIGHT: i32 = 0;
const WIDTH: i32 = 1;
const IN: i32 = 2;
const KERNEL_ROWS: i32 = 3;
const KERNEL_COLUMNS: i32 = 4;
const OUT: i32 = 5;
const STRIDE_ROWS: i32 = 6;
const STRIDE_COLUMNS: i32 = 7;
const TOP: i32 = 8;
const LEFT: i32 = 9;
/** Whether windows reach over an edge. */
const PADDED: i32 = 10;
const ROWS: i32 = 11;
const COLUMNS: i32 = 12;
const UNFOLDED: i32 = 13;
/** Of the windows that dy was pooled in; 1 for none. */
const POOL: i32 = 14;

@inline
function get(geometry: usize, place: i32): i32 {
  return load<i32>(geometry + word(place));
}

/** How many values lie together, and how many times: the whole window, or the window of a row, for each kernel row. */
@inline
function run(geometry: usize): i32 {
  const row = get(geometry, KERNEL_COLUMNS) * get(geometry, IN);
  return get(geometry, UNFOLDED) ? row * get(geometry, KERNEL_ROWS) : row;
}

@inline
function taps(geometry: usize): i32 {
  return get(geometry, UNFOLDED) ? 1 : get(geometry, KERNEL_ROWS);
}

/** A run filled up to whole blocks. */
@inline
function filledRun(geometry: usize): i32 {
  return filledColumns(run(geometry));
}

/** Rows of results worked through together, of one image or several. */
@inline
function rowsTogether(geometry: usize): i32 {
  const most = get(geometry, UNFOLDED) ? min(256, 65536 / filledRun(geometry)) : 256;
  return max(1, most / get(geometry, COLUMNS));
}

/** Values of one partial gradient. */
export function gradientValues(geometry: usize): i32 {
  return taps(geometry) * filledRun(geometry) * get(geometry, OUT);
}

/** Bytes of scratch: the ends of the lists, the lists, and the unfolded windows. */
export function convolutionGradientScratch(geometry: usize): i32 {
  const positions = rowsTogether(geometry) * get(geometry, COLUMNS), out = get(geometry, OUT);
  const windows = get(geometry, UNFOLDED) ? positions * filledRun(geometry) * <i32>sizeof<Real>() + 128 : 0;
  return ((out * 4 + 63) & ~63) + out * positions * <i32>ENTRY + 64 + windows;
}

/**
 * For parts [g0, g1) of the images, `parts` in all, the gradient of the weights and of the biases: the images of part g
 * are [⌊images · g / parts⌋, ⌊images · (g + 1) / parts⌋), so that a sum does not depend on who does which part.
 */
export function convolutionGradient(
  g0: i32, g1: i32, parts: i32, images: i32, geometry: usize, x: usize, dy: usize, places: usize, open: usize,
  dw: usize, db: usize, scratch: usize,
): void {
  const rows = get(geometry, ROWS), columns = get(geometry, COLUMNS), out = get(geometry, OUT);
  const together = rowsTogether(geometry), values = gradientValues(geometry);
  for (let g = g0; g < g1; g++) {
    const first = images * g / parts * rows, last = images * (g + 1) / parts * rows;
    const bias = db + at(g * out);
    memory.fill(bias, 0, at(out));
    if (first == last) memory.fill(dw + at(g * values), 0, at(values));
    for (let r0 = first; r0 < last; r0 += together) {
      const r1 = min(last, r0 + together), part = dw + at(g * values);
      addRows(geometry, r0, r1, together * columns, x, dy, places, open, part, bias, r0 > first, scratch);
    }
  }
}

/** Adds what rows [r0, r1) of the results, counted over all images, give. */
function addRows(
  geometry: usize, r0: i32, r1: i32, capacity: i32, x: usize, dy: usize, places: usize, open: usize,
  dw: usize, db: usize, accumulate: bool, scratch: usize,
): void {
  const width = get(geometry, WIDTH), channels = get(geometry, IN), out = get(geometry, OUT);
  const length = run(geometry), count = taps(geometry);
  const ends = scratch, lists = scratch + ((word(out) + 63) & ~63), listBytes = <usize>capacity * ENTRY;
  let factor = x, factorRow = at(channels);
  if (get(geometry, UNFOLDED)) {
    factor = lists + <usize>out * listBytes + 64;
    factorRow = at(filledRun(geometry));
    unfold(geometry, r0, r1, x, factor, factorRow);
  }
  listChannels(geometry, r0, r1, dy, places, open, lists, listBytes, ends);
  for (let c = 0; c < out; c++) {
    const end = load<usize>(ends + word(c));
    let sum = load<Real>(db + at(c));
    for (let list = lists + <usize>c * listBytes; list < end; list += ENTRY) sum += load<Real>(list + VALUE);
    store<Real>(db + at(c), sum);
  }
  for (let t = 0; t < count; t++) {
    for (let j = 0; j < length; ) {
      const bytes = blockBytes(length - j);
      const source = factor + at(t * width * channels + j);
      for (let c = 0; c < out; c++) {
        const end = load<usize>(ends + word(c));
        sumEntries(bytes, lists + <usize>c * listBytes, end, source, factorRow, dw, bytes - 16, accumulate ? ADD : STORE, 0, 0);
        dw += bytes;
      }
      j += <i32>(bytes / sizeof<Real>());
    }
  }
}

/** Lists the non-zero values of each channel of dy, with the number of the window they belong to. */
function listChannels(
  geometry: usize, r0: i32, r1: i32, dy: usize, places: usize, open: usize, lists: usize, listBytes: usize, ends: usize,
): void {
  const height = get(geometry, HEIGHT), width = get(geometry, WIDTH);
  const strideRows = get(geometry, STRIDE_ROWS), strideColumns = get(geometry, STRIDE_COLUMNS);
  const rows = get(geometry, ROWS), columns = get(geometry, COLUMNS), out = get(geometry, OUT);
  const pool = get(geometry, POOL), pooledRows = rows / pool, pooledColumns = columns / pool;
  const unfolded = get(geometry, UNFOLDED);
  for (let c = 0; c < out; c++) store<usize>(ends + word(c), lists + <usize>c * listBytes);
  for (let r = r0; r < r1; r++) {
    const image = r / rows, row = r - image * rows, pooledRow = row / pool;
    if (pooledRow >= pooledRows) continue;
    let window = unfolded ? (r - r0) * columns : (image * height + row * strideRows) * width;
    const from = (row - pooledRow * pool) * pool, to = pool == 1 ? 0 : from + pool;
    const step = unfolded ? 1 : strideColumns;
    for (let b = 0; b < pooledColumns; b++) {
      const begin = at(((image * pooledRows + pooledRow) * pooledColumns + b) * out);
      let j = 0;
      for (; j + 2 * lanes() <= out; j += 2 * lanes()) {
        let mask = nonZeroBits(dy, begin + at(j), from, to, places, open);
        while (mask != 0) {
          const c = j + ctz(mask), cell = begin + at(c);
          const column = pool == 1 ? 0 : load<i32>(places + cell) - from;
          append(ends + word(c), window + column * step, load<Real>(dy + cell));
          mask &= mask - 1;
        }
      }
      for (; j < out; j++) {
        const cell = begin + at(j);
        if (!isNonZero(dy, cell, from, to, places, open)) continue;
        const column = pool == 1 ? 0 : load<i32>(places + cell) - from;
        append(ends + word(j), window + column * step, load<Real>(dy + cell));
      }
      window += pool * step;
    }
  }
}

@inline
function append(cursor: usize, number: i32, value: Real): void {
  const next = load<usize>(cursor);
  store<i32>(next, number);
  store<Real>(next + VALUE, value);
  store<usize>(cursor, next + ENTRY);
}

/** Copies whole vectors: what is written beyond the end is written again, by the next row or the next window. */
@inline
function copyOver(from: usize, to: usize, count: i32): void {
  for (let j = 0; j < count; j += lanes()) v128.store(to + at(j), v128.load(from + at(j)));
}

/** Copies the windows of rows [r0, r1) one behind the other, 0 where they reach over the edge. */
function unfold(geometry: usize, r0: i32, r1: i32, x: usize, windows: usize, windowBytes: usize): void {
  const height = get(geometry, HEIGHT), width = get(geometry, WIDTH), channels = get(geometry, IN);
  const kernelRows = get(geometry, KERNEL_ROWS), kernelColumns = get(geometry, KERNEL_COLUMNS);
  const strideRows = get(geometry, STRIDE_ROWS), strideColumns = get(geometry, STRIDE_COLUMNS);
  const padded = get(geometry, PADDED);
  const rows = get(geometry, ROWS), columns = get(geometry, COLUMNS);
  for (let r = r0; r < r1; r++) {
    const image = r / rows;
    const top = (r - image * rows) * strideRows - get(geometry, TOP);
    for (let b = 0; b < columns; b++) {
      const left = b * strideColumns - get(geometry, LEFT);
      const from = max(0, left), to = min(width, left + kernelColumns);
      let target = windows;
      if (padded) memory.fill(windows, 0, windowBytes);
      for (let k = top; k < top + kernelRows; k++) {
        if (k >= 0 && k < height && from < to) {
          const source = x + at(((image * height + k) * width + from) * channels), count = (to - from) * channels;
          if (padded) copyValues(source, target + at((from - left) * channels), count);
          else copyOver(source, target, count);
        }
        target += at(kernelColumns * channels);
      }
      windows += windowBytes;
    }
  }
}

/** Units of `sumGradients`: vectors of the filled runs. */
export function gradientVectors(geometry: usize): i32 {
  return taps(geometry) * filledRun(geometry) / lanes();
}

/**
 * dw (+)= Σ over the partial gradients, for vectors [k0, k1) of the windows: dw is [window, out], the parts have the
 * channels of a block of the window one behind the other.
 */
export function sumGradients(
  k0: i32, k1: i32, geometry: usize, parts: i32, partial: usize, dw: usize, accumulate: bool,
): void {
  const out = get(geometry, OUT), length = run(geometry), filled = filledRun(geometry);
  const size = at(gradientValues(geometry));
  for (let k = k0; k < k1; k++) {
    const tap = k * lanes() / filled, place = k * lanes() - tap * filled;
    let j = 0, bytes = blockBytes(length);
    while (j + <i32>(bytes / sizeof<Real>()) <= place) {
      j += <i32>(bytes / sizeof<Real>());
      bytes = blockBytes(length - j);
    }
    const inside = length - place;
    if (inside <= 0) continue;
    let cell = partial + at((tap * filled + j) * out + place - j);
    let target = dw + at((tap * length + place) * out);
    for (let c = 0; c < out; c++) {
      let sum = v128.load(cell);
      for (let g = 1; g < parts; g++) sum = v128.add<Real>(sum, v128.load(cell + <usize>g * size));
      addValue(target, v128.extract_lane<Real>(sum, 0), accumulate);
      if (inside > 1) addValue(target + at(out), v128.extract_lane<Real>(sum, 1), accumulate);
      if (sizeof<Real>() == 4) {
        if (inside > 2) addValue(target + at(2 * out), <Real>v128.extract_lane<f32>(sum, 2), accumulate);
        if (inside > 3) addValue(target + at(3 * out), <Real>v128.extract_lane<f32>(sum, 3), accumulate);
      }
      cell += bytes;
      target += at(1);
    }
  }
}

@inline
function addValue(target: usize, value: Real, accumulate: bool): void {
  store<Real>(target, accumulate ? load<Real>(target) + value : value);
}
