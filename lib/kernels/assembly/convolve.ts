/*
 * Convolutions of images that lie channels last, one pixel's channels behind the other. What is 0 is left out: half
 * of an image behind a ReLU, four fifths of a digit, and three quarters of the gradient that comes from max pooling.
 */
import { ENTRY, entry, VALUE } from "./nonZeros";
import { blockBytes } from "./packFactor";
import { copyValues } from "./packing";
import { isNonZero, largerBits, nonZeroBits, wholeNumber } from "./pooledSource";
import { Real } from "./real";
import { at, lanes, word } from "./simd";
import { ADD, sumEntries } from "./sumEntries";

/** Results that are summed up together: with the factors of one tap they fit the first-level cache. */
const POSITIONS: i32 = 128;

/*
 * The plan of a convolution, int32: what follows by number, then for each result row the source row of every tap (−1
 * for none), and for each result column the source pixels [from, to) and the row of the factor that belongs to the
 * first value of the source row.
 */
const SOURCE_ROWS: i32 = 0;
const SOURCE_PIXELS: i32 = 1;
const SOURCE_CHANNELS: i32 = 2;
const ROWS: i32 = 3;
const COLUMNS: i32 = 4;
const CHANNELS: i32 = 5;
const TAPS: i32 = 6;
const TAP_ROWS: i32 = 7;
/** Of the windows that the source was pooled in, and that the result is; 1 for none. */
const SOURCE_POOL: i32 = 8;
const POOL: i32 = 9;
const TABLES: i32 = 10;

@inline
function get(plan: usize, place: i32): i32 {
  return load<i32>(plan + word(place));
}

@inline
function boundsBytes(plan: usize): i32 {
  return (get(plan, SOURCE_ROWS) * (get(plan, SOURCE_PIXELS) + 1) * 4 + 63) & ~63;
}

/** Rows of results summed up together: whole windows. */
@inline
function rowsTogether(plan: usize): i32 {
  const pool = get(plan, POOL);
  return max(1, POSITIONS / get(plan, COLUMNS) / pool) * pool;
}

@inline
function sumsBytes(plan: usize): i32 {
  return rowsTogether(plan) * get(plan, COLUMNS) * 128 + 256;
}

/** Bytes of scratch for a plan: the lists of one image and a block of sums. */
export function convolveScratch(plan: usize): i32 {
  const values = get(plan, SOURCE_ROWS) * get(plan, SOURCE_PIXELS) * get(plan, SOURCE_CHANNELS);
  return boundsBytes(plan) + values * <i32>ENTRY + 64 + sumsBytes(plan);
}

/** Lists the non-zero values of an image by row, (place in the row, value), and how many stand before each pixel. */
function listImage(plan: usize, x: usize, places: usize, open: usize, lists: usize, bounds: usize): void {
  const rows = get(plan, SOURCE_ROWS), pixels = get(plan, SOURCE_PIXELS), channels = get(plan, SOURCE_CHANNELS);
  const pool = get(plan, SOURCE_POOL), pooledRows = rows / pool, pooledPixels = pixels / pool;
  for (let r = 0; r < rows; r++) {
    const first = lists + entry(r * pixels * channels);
    const pooledRow = r / pool;
    let next = first;
    for (let pixel = 0; pixel < pixels; pixel++) {
      store<i32>(bounds, <i32>((next - first) / ENTRY));
      bounds += 4;
      const pooledPixel = pixel / pool;
      if (pooledRow >= pooledRows || pooledPixel >= pooledPixels) continue;
      const tap = (r - pooledRow * pool) * pool + pixel - pooledPixel * pool, end = pool == 1 ? 0 : tap + 1;
      const begin = at((pooledRow * pooledPixels + pooledPixel) * channels);
      const place = pixel * channels;
      let j = 0;
      for (; j + 2 * lanes() <= channels; j += 2 * lanes()) {
        let mask = nonZeroBits(x, begin + at(j), tap, end, places, open);
        while (mask != 0) {
          const c = j + ctz(mask);
          store<i32>(next, place + c);
          store<Real>(next + VALUE, load<Real>(x + begin + at(c)));
          next += ENTRY;
          mask &= mask - 1;
        }
      }
      for (; j < channels; j++) {
        if (!isNonZero(x, begin + at(j), tap, end, places, open)) continue;
        store<i32>(next, place + j);
        store<Real>(next + VALUE, load<Real>(x + begin + at(j)));
        next += ENTRY;
      }
    }
    store<i32>(bounds, <i32>((next - first) / ENTRY));
    bounds += 4;
  }
}

/**
 * y[a, b] = Σ over taps and source pixels of x · factor, plus `bias` unless that is 0, then max(0, y) where `rectify`,
 * then the largest of each window and its place if the plan pools, for images [n0, n1). Each sum runs over the taps,
 * then over the pixels and their channels in ascending order. `places` and `open` are those of the source where that is
 * pooled, else `places` are those of the result.
 */
export function convolve(
  n0: i32, n1: i32, plan: usize, x: usize, factor: usize, bias: usize, y: usize, rectify: bool,
  places: usize, open: usize, scratch: usize,
): void {
  const sourceRows = get(plan, SOURCE_ROWS), pixels = get(plan, SOURCE_PIXELS);
  const length = pixels * get(plan, SOURCE_CHANNELS), sourcePool = get(plan, SOURCE_POOL);
  const sourceValues = (sourceRows / sourcePool) * (pixels / sourcePool) * get(plan, SOURCE_CHANNELS);
  const rows = get(plan, ROWS), columns = get(plan, COLUMNS), channels = get(plan, CHANNELS);
  const taps = get(plan, TAPS), tapRows = get(plan, TAP_ROWS), pool = get(plan, POOL);
  const rowTable = plan + word(TABLES), columnTable = rowTable + word(rows * taps);
  const bounds = scratch, sums = bounds + boundsBytes(plan), lists = sums + sumsBytes(plan);
  const together = rowsTogether(plan);
  for (let n = n0; n < n1; n++) {
    const source = at(n * sourceValues);
    listImage(plan, x + source, places + source, open == 0 ? 0 : open + source, lists, bounds);
    for (let a0 = 0; a0 < rows; a0 += together) {
      const a1 = min(rows, a0 + together);
      let block = factor;
      for (let j = 0; j < channels; ) {
        const bytes = blockBytes(channels - j);
        const width = min(<i32>(bytes / sizeof<Real>()), channels - j);
        memory.fill(sums, 0, <usize>((a1 - a0) * columns) * bytes);
        for (let t = 0; t < taps; t++) {
          let sum = sums;
          for (let a = a0; a < a1; a++) {
            const row = get(rowTable, a * taps + t);
            if (row < 0) { sum += <usize>columns * bytes; continue; }
            const first = lists + entry(row * length);
            const bound = bounds + word(row * (pixels + 1));
            let column = columnTable;
            for (let b = 0; b < columns; b++) {
              const from = load<i32>(bound + word(load<i32>(column)));
              const to = load<i32>(bound + word(load<i32>(column, 4)));
              const base = block + <usize>load<i32>(column, 8) * bytes;
              if (from < to) {
                sumEntries(bytes, first + entry(from), first + entry(to), base, bytes, sum, bytes - 16, ADD, 0, 0);
              }
              column += 12;
              sum += bytes;
            }
          }
          block += <usize>tapRows * bytes;
        }
        const own: usize = bias == 0 ? 0 : bias + at(j);
        if (pool == 1) {
          const cell = at((n * rows + a0) * columns * channels + j);
          finish((a1 - a0) * columns, bytes, width, sums, own, rectify, y + cell, channels);
        } else {
          const pooledRows = rows / pool, pooledColumns = columns / pool;
          const cell = at((n * pooledRows + a0 / pool) * pooledColumns * channels + j);
          const inside = min(pooledRows, a1 / pool) - a0 / pool;
          finishPooled(inside, columns, pool, bytes, width, sums, own, rectify, y + cell, places + cell, channels);
        }
        j += width;
      }
    }
  }
}

/** One vector of a sum with its bias, rectified. */
@inline
function finished(sum: usize, bias: usize, rectify: bool): v128 {
  let value = v128.load(sum);
  if (bias != 0) value = v128.add<Real>(value, v128.load(bias));
  return rectify ? v128.pmax<Real>(value, v128.splat<Real>(0)) : value;
}

/** Adds the bias to a block of sums, rectifies them, and copies them to where they belong. */
@inline
function finish(
  positions: i32, bytes: usize, width: i32, sums: usize, bias: usize, rectify: bool, y: usize, channels: i32,
): void {
  const whole = at(width) == bytes;
  for (let p = 0; p < positions; p++) {
    for (let v: usize = 0; v < bytes; v += 16) {
      v128.store((whole ? y : sums) + v, finished(sums + v, bias == 0 ? 0 : bias + v, rectify));
    }
    if (!whole) copyValues(sums, y, width);
    sums += bytes;
    y += at(channels);
  }
}

/** The same, then of each window the largest value and its place; the arithmetic is that of `maxPool`. */
function finishPooled(
  rows: i32, columns: i32, pool: i32, bytes: usize, width: i32, sums: usize, bias: usize, rectify: bool,
  y: usize, places: usize, channels: i32,
): void {
  const whole = at(width) == bytes;
  const rowBytes = <usize>columns * bytes;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns / pool; j++) {
      const window = sums + <usize>(i * pool) * rowBytes + <usize>(j * pool) * bytes;
      for (let v: usize = 0; v < bytes; v += 16) {
        const own: usize = bias == 0 ? 0 : bias + v;
        let best = finished(window + v, own, rectify), place = wholeNumber(0), tap = 0;
        for (let a = 0; a < pool; a++) {
          let cell = window + v + <usize>a * rowBytes;
          for (let b = 0; b < pool; b++) {
            const value = finished(cell, own, rectify);
            const larger = largerBits(value, best);
            best = v128.bitselect(value, best, larger);
            place = v128.bitselect(wholeNumber(tap++), place, larger);
            cell += bytes;
          }
        }
        if (whole) {
          v128.store(y + v, best);
          v128.store(places + v, place);
        } else {
          storeSome(y + v, best, width - <i32>(v / sizeof<Real>()));
          storeSome(places + v, place, width - <i32>(v / sizeof<Real>()));
        }
      }
      y += at(channels);
      places += at(channels);
    }
  }
}

/** The first `count` values of a vector, if any. */
@inline
function storeSome(cell: usize, value: v128, count: i32): void {
  if (count >= lanes()) {
    v128.store(cell, value);
    return;
  }
  if (count > 0) store<Real>(cell, v128.extract_lane<Real>(value, 0));
  if (sizeof<Real>() == 4) {
    if (count > 1) v128.store_lane<f32>(cell + 4, value, 1);
    if (count > 2) v128.store_lane<f32>(cell + 8, value, 2);
  }
}
