/**
 * Reads a byte of each cache line, so that the lines are near when they are needed. `out` is written to so that the
 * compiler keeps the reading.
 */
export function prefetch(bytes: usize, count: i32, out: usize): void {
  let seen: u32 = 0;
  for (let j = 0; j < count; j += 64) seen |= load<u8>(bytes + j);
  store<u8>(out, seen);
}
