/*
 * Convolutions of images that lie channels last, one pixel's channels behind the other. What is 0 is left out: half
 * of an image behind a ReLU, four fifths of a digit, and three quarters of the gradient that comes from max pooling.
 */
import { Real } from "./real";
import { blockBytes, copyValues, ENTRY, entry, sumEntries, VALUE } from "./sparse";
import { at, lanes, word } from "./simd";

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
const TABLES: i32 = 8;

@inline
function plan(pointer: usize, place: i32): i32 {
  return load<i32>(pointer + word(place));
}

@inline
function boundsBytes(plan_: usize): i32 {
  return (plan(plan_, SOURCE_ROWS) * (plan(plan_, SOURCE_PIXELS) + 1) * 4 + 63) & ~63;
}

/** Bytes of scratch for a plan: the lists of one image and a block of sums. */
export function convolveScratch(plan_: usize): i32 {
  const values = plan(plan_, SOURCE_ROWS) * plan(plan_, SOURCE_PIXELS) * plan(plan_, SOURCE_CHANNELS);
  return boundsBytes(plan_) + values * <i32>ENTRY + 64 + (POSITIONS + plan(plan_, COLUMNS)) * 128;
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

/** Lists the non-zero values of an image row by row: (place in the row, value), and how many stand before each pixel. */
function listImage(rows: i32, pixels: i32, channels: i32, x: usize, lists: usize, bounds: usize): void {
  const zero = v128.splat<Real>(0);
  const length = pixels * channels;
  for (let r = 0; r < rows; r++) {
    const first = lists + entry(r * length);
    const row = x + at(r * length);
    let next = first;
    for (let pixel = 0; pixel < pixels; pixel++) {
      store<i32>(bounds, <i32>((next - first) / ENTRY));
      bounds += 4;
      const end = (pixel + 1) * channels;
      let j = pixel * channels;
      for (; j + 2 * lanes() <= end; j += 2 * lanes()) {
        const low = v128.ne<Real>(v128.load(row + at(j)), zero), high = v128.ne<Real>(v128.load(row + at(j), 16), zero);
        let mask = sizeof<Real>() == 4
          ? i32x4.bitmask(low) | (i32x4.bitmask(high) << 4)
          : i64x2.bitmask(low) | (i64x2.bitmask(high) << 2);
        while (mask != 0) {
          const place = j + ctz(mask);
          store<i32>(next, place);
          store<Real>(next + VALUE, load<Real>(row + at(place)));
          next += ENTRY;
          mask &= mask - 1;
        }
      }
      for (; j < end; j++) {
        const value = load<Real>(row + at(j));
        if (value == <Real>0) continue;
        store<i32>(next, j);
        store<Real>(next + VALUE, value);
        next += ENTRY;
      }
    }
    store<i32>(bounds, <i32>((next - first) / ENTRY));
    bounds += 4;
  }
}

/**
 * y[a, b] = Σ over taps and source pixels of x · factor, plus `bias` unless that is 0, then max(0, y) where `rectify`,
 * for images [n0, n1). Each sum runs over the taps, then over the pixels and their channels in ascending order.
 */
export function convolve(
  n0: i32, n1: i32, plan_: usize, x: usize, factor: usize, bias: usize, y: usize, rectify: bool, scratch: usize,
): void {
  const sourceRows = plan(plan_, SOURCE_ROWS), pixels = plan(plan_, SOURCE_PIXELS);
  const sourceChannels = plan(plan_, SOURCE_CHANNELS), length = pixels * sourceChannels;
  const rows = plan(plan_, ROWS), columns = plan(plan_, COLUMNS), channels = plan(plan_, CHANNELS);
  const taps = plan(plan_, TAPS), tapRows = plan(plan_, TAP_ROWS);
  const rowTable = plan_ + word(TABLES), columnTable = rowTable + word(rows * taps);
  const bounds = scratch, sums = bounds + boundsBytes(plan_), lists = sums + (POSITIONS + columns) * 128;
  const together = max(1, POSITIONS / columns);
  for (let n = n0; n < n1; n++) {
    listImage(sourceRows, pixels, sourceChannels, x + at(n * sourceRows * length), lists, bounds);
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
            const source = plan(rowTable, a * taps + t);
            if (source < 0) { sum += <usize>columns * bytes; continue; }
            const first = lists + entry(source * length);
            const bound = bounds + word(source * (pixels + 1));
            let column = columnTable;
            for (let b = 0; b < columns; b++) {
              const from = load<i32>(bound + word(load<i32>(column)));
              const to = load<i32>(bound + word(load<i32>(column, 4)));
              const base = block + <usize>load<i32>(column, 8) * bytes;
              if (from < to) sumEntries(bytes, first + entry(from), first + entry(to), base, bytes, sum, true);
              column += 12;
              sum += bytes;
            }
          }
          block += <usize>tapRows * bytes;
        }
        finish((a1 - a0) * columns, bytes, width, sums, bias == 0 ? 0 : bias + at(j), rectify,
          y + at(((n * rows + a0) * columns) * channels + j), channels);
        j += width;
      }
    }
  }
}

/** Adds the bias to a block of sums, rectifies them, and copies them to where they belong. */
@inline
function finish(
  positions: i32, bytes: usize, width: i32, sums: usize, bias: usize, rectify: bool, y: usize, channels: i32,
): void {
  const zero = v128.splat<Real>(0);
  const whole = at(width) == bytes;
  for (let p = 0; p < positions; p++) {
    for (let v: usize = 0; v < bytes; v += 16) {
      let value = v128.load(sums + v);
      if (bias != 0) value = v128.add<Real>(value, v128.load(bias + v));
      if (rectify) value = v128.max<Real>(value, zero);
      v128.store((whole ? y : sums) + v, value);
    }
    if (!whole) copyValues(sums, y, width);
    sums += bytes;
    y += at(channels);
  }
}
