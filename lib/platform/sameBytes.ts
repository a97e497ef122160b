/** Whether two arrays hold the same bytes, as fast as the memory can be read. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
