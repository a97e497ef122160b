/*
 * Images that are moved about while they are learnt from. What happens to image n is a function of the key, of the
 * batch's number and of n alone: Philox's words of the counters (·, n, batch, 0) displace its pixels, and those of
 * (·, n, batch, 1) move it as a whole.
 */
import { philox } from "./philox";
import { Real } from "./real";
import { at, lanes, madd } from "./simd";

/** The plan, float64. Angles are in radians, distances in pixels; `FILL` is what lies outside of an image. */
const HEIGHT: i32 = 0;
const WIDTH: i32 = 1;
const CHANNELS: i32 = 2;
const ROTATE: i32 = 3;
const SCALE: i32 = 4;
const SHIFT: i32 = 5;
const CROP: i32 = 6;
const FLIP: i32 = 7;
const FILL: i32 = 8;
const ALPHA: i32 = 9;
/** Weights on either side of the middle one. */
const RADIUS: i32 = 10;

@inline
function get(plan: usize, place: i32): f64 {
  return load<f64>(plan + (<usize>place << 3));
}

@inline
function size(plan: usize, place: i32): i32 {
  return <i32>get(plan, place);
}

/** Vectors that are summed up side by side, so that none waits for the sum before. */
const TOGETHER: i32 = 4;

/** Values from one row of a field of displacements to the next. */
@inline
function fieldWidth(plan: usize): i32 {
  const together = TOGETHER * lanes();
  return (size(plan, WIDTH) + together - 1) & ~(together - 1);
}

@inline
function noiseWidth(plan: usize): i32 {
  return fieldWidth(plan) + 2 * size(plan, RADIUS);
}

/** How many values the displacements of an image are. */
export function displacementValues(plan: usize): i32 {
  return 2 * size(plan, HEIGHT) * fieldWidth(plan);
}

/** Bytes of scratch of `displace`: noise with a frame of zeros, the same smoothed along its rows, and some words. */
export function displaceScratch(plan: usize): i32 {
  const height = size(plan, HEIGHT);
  const smoothed = (height + 2 * size(plan, RADIUS)) * fieldWidth(plan);
  return <i32>at(height * noiseWidth(plan) + smoothed) + 64;
}

/**
 * The displacements of images [n0, n1), downwards and to the right, [2, HEIGHT, FIELD WIDTH] each (Simard, Steinkraus
 * and Platt 2003): uniform noise in [−alpha, alpha) ∗ weights ∗ weightsᵀ, with zeros around the noise.
 */
export function displace(
  n0: i32, n1: i32, plan: usize, key0: u32, key1: u32, batch: u32, weights: usize, fields: usize, scratch: usize,
): void {
  const height = size(plan, HEIGHT), width = size(plan, WIDTH), radius = size(plan, RADIUS);
  const wide = fieldWidth(plan), stride = noiseWidth(plan), taps = 2 * radius + 1;
  const unit = <Real>(get(plan, ALPHA) / 2147483648);
  const words = scratch, noise = scratch + 64, smoothed = noise + at(height * stride);
  memory.fill(noise, 0, at(height * stride + (height + 2 * radius) * wide));
  for (let n = n0; n < n1; n++) {
    for (let direction = 0; direction < 2; direction++) {
      fillNoise(noise, height, width, stride, radius, unit, direction, n, batch, key0, key1, words);
      for (let i = 0; i < height; i++) {
        const row = noise + at(i * stride), result = smoothed + at((i + radius) * wide);
        for (let j = 0; j < wide; j += TOGETHER * lanes()) weigh(row + at(j), 1, weights, taps, result + at(j));
      }
      const field = fields + at((2 * n + direction) * height * wide);
      for (let i = 0; i < height * wide; i += TOGETHER * lanes()) {
        weigh(smoothed + at(i), wide, weights, taps, field + at(i));
      }
    }
  }
}

function fillNoise(
  noise: usize, height: i32, width: i32, stride: i32, radius: i32, unit: Real, direction: i32, n: u32,
  batch: u32, key0: u32, key1: u32, words: usize,
): void {
  const quads = (width + 3) >> 2;
  for (let i = 0; i < height; i++) {
    const row = noise + at(i * stride + radius);
    for (let q = 0; q < quads; q++) {
      philox((direction * height + i) * quads + q, n, batch, 0, key0, key1, words);
      const end = min(4, width - 4 * q);
      for (let l = 0; l < end; l++) {
        store<Real>(row + at(4 * q + l), unit * <Real>load<i32>(words + (<usize>l << 2)));
      }
    }
  }
}

/** result = Σ weights[t] · x[step · t] in ascending order, for the neighbours in `TOGETHER` vectors. */
@inline
function weigh(x: usize, step: i32, weights: usize, taps: i32, result: usize): void {
  let s0 = v128.splat<Real>(0), s1 = s0, s2 = s0, s3 = s0;
  for (let t = 0; t < taps; t++) {
    const weight = v128.load_splat<Real>(weights + at(t));
    s0 = madd(weight, v128.load(x), s0);
    s1 = madd(weight, v128.load(x, 16), s1);
    s2 = madd(weight, v128.load(x, 32), s2);
    s3 = madd(weight, v128.load(x, 48), s3);
    x += at(step);
  }
  v128.store(result, s0);
  v128.store(result, s1, 16);
  v128.store(result, s2, 32);
  v128.store(result, s3, 48);
}

/** An image has one row and one column of nothing before it, and two behind: the neighbours of what is outside. */
const FRAMES: i32 = 3;
/** The first values of the scratch are room for eight random words. */
const WORDS: i32 = 32;

/** Bytes of scratch of `warp`: some words, and an image in its frame. */
export function warpScratch(plan: usize): i32 {
  const rows = size(plan, HEIGHT) + FRAMES, columns = size(plan, WIDTH) + FRAMES;
  return WORDS + <i32>at(rows * columns * size(plan, CHANNELS));
}

/**
 * out = images [n0, n1) of x, each turned, enlarged and shifted as a whole, mirrored, and displaced by its `fields`
 * unless these are 0: a pixel gets what bilinear interpolation finds where it came from.
 */
export function warp(
  n0: i32, n1: i32, plan: usize, key0: u32, key1: u32, batch: u32, x: usize, fields: usize, out: usize, scratch: usize,
): void {
  const height = size(plan, HEIGHT), width = size(plan, WIDTH), channels = size(plan, CHANNELS);
  const crop = get(plan, CROP), wide = fieldWidth(plan), values = height * wide, words = scratch;
  const middleY = 0.5 * <f64>(height - 1), middleX = 0.5 * <f64>(width - 1);
  const rowBytes = at((width + FRAMES) * channels), framed = scratch + WORDS;
  const inner = framed + rowBytes + at(channels);
  fillFrame(framed, (height + FRAMES) * (width + FRAMES) * channels, <Real>get(plan, FILL));
  for (let n = n0; n < n1; n++) {
    const image = x + at(n * height * width * channels), bytes = at(width * channels);
    for (let i = 0; i < height; i++) memory.copy(inner + <usize>i * rowBytes, image + <usize>i * bytes, bytes);
    philox(0, n, batch, 1, key0, key1, words);
    philox(1, n, batch, 1, key0, key1, words + 16);
    const angle = get(plan, ROTATE) * centred(words, 0), factor = 1 + get(plan, SCALE) * centred(words, 1);
    const moveY = get(plan, SHIFT) * centred(words, 2) + Math.floor((2 * crop + 1) * share(words, 4)) - crop;
    const moveX = get(plan, SHIFT) * centred(words, 3) + Math.floor((2 * crop + 1) * share(words, 5)) - crop;
    const mirror: f64 = get(plan, FLIP) != 0 && share(words, 6) < 0.5 ? -1 : 1;
    const cosine = NativeMath.cos(angle) / factor, sine = NativeMath.sin(angle) / factor;
    // What a column more adds to where a pixel comes from.
    const addY = splat(sine), addX = splat(mirror * cosine);
    let field = fields + at(2 * n * values);
    for (let i = 0; i < height; i++) {
      const y = <f64>i - middleY - moveY;
      let result = out + at((n * height + i) * width * channels);
      const startY = splat(middleY + cosine * y), startX = splat(middleX - mirror * sine * y);
      for (let j = 0; j < width; j += lanes()) {
        const column = v128.add<Real>(splat(<f64>j - middleX - moveX), ascending());
        let sourceY = v128.add<Real>(startY, v128.mul<Real>(addY, column));
        let sourceX = v128.add<Real>(startX, v128.mul<Real>(addX, column));
        if (fields != 0) {
          sourceY = v128.add<Real>(sourceY, v128.load(field + at(j)));
          sourceX = v128.add<Real>(sourceX, v128.load(field + at(values + j)));
        }
        sourceY = within(sourceY, height);
        sourceX = within(sourceX, width);
        interpolate(inner, rowBytes, channels, sourceY, sourceX, result, min(lanes(), width - j));
        result += at(lanes() * channels);
      }
      field += at(wide);
    }
  }
}

@inline
function splat(value: f64): v128 {
  return v128.splat<Real>(<Real>value);
}

@inline
function ascending(): v128 {
  return sizeof<Real>() == 4 ? f32x4(0, 1, 2, 3) : f64x2(0, 1);
}

/** The places along one side, those outside moved into the frame. */
@inline
function within(place: v128, side: i32): v128 {
  return v128.pmin<Real>(v128.pmax<Real>(place, splat(-1)), splat(<f64>side));
}

function fillFrame(framed: usize, count: i32, fill: Real): void {
  for (let i = 0; i < count; i++) store<Real>(framed + at(i), fill);
}

/** A word as a number in [0, 1). */
@inline
function share(words: usize, place: i32): f64 {
  return <f64>load<u32>(words + (<usize>place << 2)) / 4294967296;
}

/** A word as a number in [−1, 1). */
@inline
function centred(words: usize, place: i32): f64 {
  return 2 * share(words, place) - 1;
}

/** What an image has at `count` places, each between four of its pixels. */
@inline
function interpolate(
  inner: usize, rowBytes: usize, channels: i32, y: v128, x: v128, result: usize, count: i32,
): void {
  const floorY = v128.floor<Real>(y), floorX = v128.floor<Real>(x), step = at(channels);
  const below = v128.sub<Real>(y, floorY), right = v128.sub<Real>(x, floorX);
  const rows = i32x4.mul(whole(floorY), i32x4.splat(<i32>rowBytes));
  const cells = i32x4.add(rows, i32x4.mul(whole(floorX), i32x4.splat(<i32>step)));
  for (let c = 0; c < channels; c++) {
    const top = inner + at(c), under = top + rowBytes;
    const upper = between(gather(top, cells), gather(top + step, cells), right);
    const lower = between(gather(under, cells), gather(under + step, cells), right);
    const values = between(upper, lower, below);
    if (channels == 1 && count == lanes()) v128.store(result, values);
    else scatter(result + at(c), step, values, count);
  }
}

/** a + share · (b − a). */
@inline
function between(a: v128, b: v128, share: v128): v128 {
  return v128.add<Real>(a, v128.mul<Real>(share, v128.sub<Real>(b, a)));
}

/** Whole numbers as int32, in the first lanes. */
@inline
function whole(values: v128): v128 {
  return sizeof<Real>() == 4 ? i32x4.trunc_sat_f32x4_s(values) : i32x4.trunc_sat_f64x2_s_zero(values);
}

/** The values that stand so many bytes behind `base`. */
@inline
function gather(base: usize, bytes: v128): v128 {
  let values = v128.splat<Real>(0);
  values = v128.load_lane<Real>(base + <usize>i32x4.extract_lane(bytes, 0), values, 0);
  values = v128.load_lane<Real>(base + <usize>i32x4.extract_lane(bytes, 1), values, 1);
  if (sizeof<Real>() == 4) {
    values = v128.load32_lane(base + <usize>i32x4.extract_lane(bytes, 2), values, 2);
    values = v128.load32_lane(base + <usize>i32x4.extract_lane(bytes, 3), values, 3);
  }
  return values;
}

/** Stores the first `count` values `step` bytes apart. */
@inline
function scatter(target: usize, step: usize, values: v128, count: i32): void {
  v128.store_lane<Real>(target, values, 0);
  if (count > 1) v128.store_lane<Real>(target + step, values, 1);
  if (sizeof<Real>() == 4) {
    if (count > 2) v128.store32_lane(target + 2 * step, values, 2);
    if (count > 3) v128.store32_lane(target + 3 * step, values, 3);
  }
}
