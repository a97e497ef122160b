/* Random words as a function of a key and a counter, so that any thread can make any of them. */

/** Of Philox4x32-10: Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3 (SC11), table 2. */
export const MULTIPLIER_0: u32 = 0xd2511f53;
export const MULTIPLIER_1: u32 = 0xcd9e8d57;
export const WEYL_0: u32 = 0x9e3779b9;
export const WEYL_1: u32 = 0xbb67ae85;
export const ROUNDS = 10;

/** Writes the four words that belong to the counter (c0, c1, c2, c3) under the key. */
export function philox(c0: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32, words: usize): void {
  for (let round = 0; round < ROUNDS; round++) {
    const p0 = <u64>c0 * <u64>MULTIPLIER_0, p1 = <u64>c2 * <u64>MULTIPLIER_1;
    c0 = <u32>(p1 >> 32) ^ c1 ^ key0;
    c1 = <u32>p1;
    c2 = <u32>(p0 >> 32) ^ c3 ^ key1;
    c3 = <u32>p0;
    key0 += WEYL_0;
    key1 += WEYL_1;
  }
  store<u32>(words, c0, 0);
  store<u32>(words, c1, 4);
  store<u32>(words, c2, 8);
  store<u32>(words, c3, 12);
}
