import { expect } from "vitest";

/** Expects two arrays of the same type to hold the same bits: 0 is not −0. */
export function expectSameBits(got: ArrayBufferView, wanted: ArrayBufferView, what = ""): void {
  expect(got.constructor.name).toBe(wanted.constructor.name);
  const same = Buffer.compare(bytes(got), bytes(wanted)) === 0;
  expect(same, `${what}: the bits differ`).toBe(true);
}

function bytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
