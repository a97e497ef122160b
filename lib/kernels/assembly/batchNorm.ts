/*
 * Batch normalisation of x [rows, n], column by column. Sums over the rows are taken in parts, always the same ones, and in
 * each part in blocks of rows, which fit into the first cache: within a block in Real, over the blocks in float64.
 */
import { Real } from "./real";
import { at, lanes, madd, read, write } from "./simd";

const BLOCK: i32 = 64;

/** The first row of a part. */
@inline
function firstOf(part: i32, parts: i32, rows: i32): i32 {
  return <i32>((<i64>part * rows) / parts);
}

/** The byte offset of element i of an array of float64. */
@inline
function wide(i: i32): usize {
  return (<usize>i) << 3;
}

/**
 * The mean of each column and its Σ (x − mean)², for parts [p0, p1) of the rows, float64 [parts, n]. Those of the blocks
 * are put together as by Chan, Golub and LeVeque (1983). `block` is working space, [parts, 2 n].
 */
export function columnMoments(
  p0: i32, p1: i32, parts: i32, rows: i32, n: i32, x: usize, means: usize, squares: usize, block: usize,
): void {
  for (let p = p0; p < p1; p++) {
    const from = firstOf(p, parts, rows), to = firstOf(p + 1, parts, rows);
    const mean = means + wide(p * n), square = squares + wide(p * n), sums = block + at(2 * p * n);
    memory.fill(mean, 0, wide(n));
    memory.fill(square, 0, wide(n));
    for (let r = from; r < to; r += BLOCK) {
      const count = min<i32>(BLOCK, to - r), first = x + <usize>r * at(n);
      let j = 0;
      for (; j + lanes() <= n; j += lanes()) deviations(true, first + at(j), count, at(n), sums + at(j), at(n));
      for (; j < n; j++) deviations(false, first + at(j), count, at(n), sums + at(j), at(n));
      const share = <f64>count / <f64>(r - from + count), weight = <f64>(r - from) * share;
      for (j = 0; j < n; j++) {
        const moved = <f64>load<Real>(sums + at(j)) / <f64>count;
        const step = <f64>load<Real>(first + at(j)) + moved - load<f64>(mean + wide(j));
        store<f64>(mean + wide(j), load<f64>(mean + wide(j)) + share * step);
        const inner = <f64>load<Real>(sums + at(n + j)) + weight * step * step;
        store<f64>(square + wide(j), load<f64>(square + wide(j)) + inner);
      }
    }
  }
}

/** Σ (x − x₀) of the rows of a block, and `rowBytes` behind it Σ (x − mean)²; one vector of columns where `whole`. */
@inline
function deviations(whole: bool, x: usize, count: i32, step: usize, sums: usize, rowBytes: usize): void {
  const x0 = read(whole, x);
  let s0 = v128.splat<Real>(0), s1 = s0, s2 = s0, s3 = s0, i = 0, cell = x;
  for (; i + 4 <= count; i += 4) {
    s0 = v128.add<Real>(s0, v128.sub<Real>(read(whole, cell), x0));
    s1 = v128.add<Real>(s1, v128.sub<Real>(read(whole, cell + step), x0));
    s2 = v128.add<Real>(s2, v128.sub<Real>(read(whole, cell + 2 * step), x0));
    s3 = v128.add<Real>(s3, v128.sub<Real>(read(whole, cell + 3 * step), x0));
    cell += 4 * step;
  }
  for (; i < count; i++) {
    s0 = v128.add<Real>(s0, v128.sub<Real>(read(whole, cell), x0));
    cell += step;
  }
  const sum = v128.add<Real>(v128.add<Real>(s0, s1), v128.add<Real>(s2, s3));
  const mean = madd(sum, v128.splat<Real>(<Real>1 / <Real>count), x0);
  s0 = v128.splat<Real>(0); s1 = s0; s2 = s0; s3 = s0; i = 0; cell = x;
  for (; i + 4 <= count; i += 4) {
    s0 = addSquare(s0, v128.sub<Real>(read(whole, cell), mean));
    s1 = addSquare(s1, v128.sub<Real>(read(whole, cell + step), mean));
    s2 = addSquare(s2, v128.sub<Real>(read(whole, cell + 2 * step), mean));
    s3 = addSquare(s3, v128.sub<Real>(read(whole, cell + 3 * step), mean));
    cell += 4 * step;
  }
  for (; i < count; i++) {
    s0 = addSquare(s0, v128.sub<Real>(read(whole, cell), mean));
    cell += step;
  }
  write(whole, sums, sum);
  write(whole, sums + rowBytes, v128.add<Real>(v128.add<Real>(s0, s1), v128.add<Real>(s2, s3)));
}

@inline
function addSquare(sum: v128, d: v128): v128 {
  return madd(d, d, sum);
}

/** y = (x − mean) · scale + bias for rows [r0, r1); then max(0, y) where `rectify`. */
export function normalize(
  r0: i32, r1: i32, n: i32, x: usize, mean: usize, scale: usize, bias: usize, y: usize, rectify: bool,
): void {
  for (let i = r0; i < r1; i++) {
    const row = <usize>i * at(n);
    let j = 0;
    for (; j + lanes() <= n; j += lanes()) {
      normalizeAt(true, x + row + at(j), mean + at(j), scale + at(j), bias + at(j), y + row + at(j), rectify);
    }
    for (; j < n; j++) {
      normalizeAt(false, x + row + at(j), mean + at(j), scale + at(j), bias + at(j), y + row + at(j), rectify);
    }
  }
}

@inline
function normalizeAt(whole: bool, x: usize, mean: usize, scale: usize, bias: usize, y: usize, rectify: bool): void {
  const value = madd(v128.sub<Real>(read(whole, x), read(whole, mean)), read(whole, scale), read(whole, bias));
  write(whole, y, rectify ? v128.max<Real>(value, v128.splat<Real>(0)) : value);
}

/** Σ dy and Σ dy (x − mean) of each column, for parts [p0, p1) of the rows, float64 [parts, 2, n]. */
export function normalizeSums(
  p0: i32, p1: i32, parts: i32, rows: i32, n: i32, x: usize, mean: usize, dy: usize, sums: usize, block: usize,
): void {
  for (let p = p0; p < p1; p++) {
    const from = firstOf(p, parts, rows), to = firstOf(p + 1, parts, rows);
    const out = sums + wide(2 * p * n), part = block + at(2 * p * n);
    memory.fill(out, 0, wide(2 * n));
    for (let r = from; r < to; r += BLOCK) {
      const count = min<i32>(BLOCK, to - r), first = <usize>r * at(n);
      let j = 0;
      for (; j + lanes() <= n; j += lanes()) {
        products(true, x + first + at(j), mean + at(j), dy + first + at(j), count, at(n), part + at(j));
      }
      for (; j < n; j++) {
        products(false, x + first + at(j), mean + at(j), dy + first + at(j), count, at(n), part + at(j));
      }
      for (j = 0; j < 2 * n; j++) store<f64>(out + wide(j), load<f64>(out + wide(j)) + <f64>load<Real>(part + at(j)));
    }
  }
}

/** The two sums of a block, the second one `step` bytes behind the first; one vector of columns where `whole`. */
@inline
function products(whole: bool, x: usize, mean: usize, dy: usize, count: i32, step: usize, sums: usize): void {
  const centre = read(whole, mean);
  let s0 = v128.splat<Real>(0), s1 = s0, q0 = s0, q1 = s0, i = 0;
  for (; i + 2 <= count; i += 2) {
    const d0 = read(whole, dy), d1 = read(whole, dy + step);
    s0 = v128.add<Real>(s0, d0);
    s1 = v128.add<Real>(s1, d1);
    q0 = madd(d0, v128.sub<Real>(read(whole, x), centre), q0);
    q1 = madd(d1, v128.sub<Real>(read(whole, x + step), centre), q1);
    x += 2 * step;
    dy += 2 * step;
  }
  if (i < count) {
    const d = read(whole, dy);
    s0 = v128.add<Real>(s0, d);
    q0 = madd(d, v128.sub<Real>(read(whole, x), centre), q0);
  }
  write(whole, sums, v128.add<Real>(s0, s1));
  write(whole, sums + step, v128.add<Real>(q0, q1));
}

/** dx = scale · dy + slope · (x − mean) + offset for rows [r0, r1); the four are [n]. */
export function normalizeGradient(
  r0: i32, r1: i32, n: i32, x: usize, mean: usize, dy: usize, scale: usize, slope: usize, offset: usize, dx: usize,
): void {
  for (let i = r0; i < r1; i++) {
    const row = <usize>i * at(n);
    let j = 0;
    for (; j + lanes() <= n; j += lanes()) {
      const cell = row + at(j);
      gradientAt(true, x + cell, mean + at(j), dy + cell, scale + at(j), slope + at(j), offset + at(j), dx + cell);
    }
    for (; j < n; j++) {
      const cell = row + at(j);
      gradientAt(false, x + cell, mean + at(j), dy + cell, scale + at(j), slope + at(j), offset + at(j), dx + cell);
    }
  }
}

@inline
function gradientAt(
  whole: bool, x: usize, mean: usize, dy: usize, scale: usize, slope: usize, offset: usize, dx: usize,
): void {
  const d = v128.sub<Real>(read(whole, x), read(whole, mean));
  write(whole, dx, madd(read(whole, scale), read(whole, dy), madd(read(whole, slope), d, read(whole, offset))));
}
