import { expect, test } from "vitest";
import { digest } from "../../lib/dist/datasets/digest";

test("a digest tells bytes apart by their values, order, number and place, whatever array holds them", () => {
  const bytes = Uint8Array.from({ length: 67 }, (_, i) => (37 * i + 5) % 251);
  const seen = new Set([digest(bytes)]);
  for (let i = 0; i < bytes.length; i++) {
    for (let bit = 0; bit < 8; bit++) {
      const other = bytes.slice();
      other[i]! ^= 1 << bit;
      seen.add(digest(other));
    }
    seen.add(digest(bytes.subarray(0, i)));
  }
  for (let length = 1; length < 40; length++) seen.add(digest(new Uint8Array(length)));
  for (const shift of [1, 4, 5])
    seen.add(digest(new Uint8Array([...bytes.subarray(shift), ...bytes.subarray(0, shift)])));
  expect(seen.size).toBe(1 + 67 * 9 + 39 + 3);
  const moved = new Uint8Array(80);
  for (const place of [0, 1, 3, 4, 13]) {
    moved.set(bytes, place);
    expect(digest(moved.subarray(place, place + 67))).toBe(digest(bytes));
  }
  expect(digest(Float32Array.of(1, 2))).toBe(digest(new Uint8Array(Float32Array.of(1, 2).buffer)));
  expect(digest(bytes)).toMatch(/^[0-9a-f]{16}$/);
});
