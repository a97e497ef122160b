/**
 * `size` indices drawn with the given probabilities (checked by the caller), from uniforms in [0, 1).
 * With replacement, an index is the place of its uniform in the cumulative sum. Without, the uniforms of a round that
 * fall on an index already taken are dropped, the taken ones' probabilities become 0, and the next round fills up.
 */
export function weightedIndices(
  uniforms: (count: number) => Float64Array,
  probabilities: ArrayLike<number>,
  size: number,
  replace: boolean,
): Int32Array {
  const weights = Float64Array.from(probabilities);
  if (replace) return places(cumulative(weights), uniforms(size));
  const indices = new Int32Array(size);
  const taken = new Set<number>();
  while (taken.size < size) {
    const drawn = uniforms(size - taken.size);
    for (const index of taken) weights[index] = 0;
    for (const index of places(cumulative(weights), drawn)) {
      if (taken.has(index)) continue;
      indices[taken.size] = index;
      taken.add(index);
    }
  }
  return indices;
}

/** Running sums divided by the last, so that they end in 1. */
function cumulative(weights: Float64Array): Float64Array {
  let sum = 0;
  const sums = weights.map((weight) => {
    sum += weight;
    return sum;
  });
  return sums.map((value) => value / sum);
}

/** For each uniform, how many of the sorted sums are not above it. */
function places(sums: Float64Array, uniforms: Float64Array): Int32Array {
  return Int32Array.from(uniforms, (uniform) => {
    let low = 0;
    let high = sums.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (uniform < sums[middle]) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}
