/**
 * 64 bits that stand for the bytes of an array, as 16 hexadecimal digits: other bytes, or the same in another order,
 * have another digest, but for one case in 2⁶⁴. Two lanes multiply and rotate each word as MurmurHash3 does (Appleby
 * 2011), with the lengths mixed in at the end. It is no protection against forgery.
 */
export function digest({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const aligned = byteOffset % 4 === 0;
  const words = aligned
    ? new Int32Array(buffer, byteOffset, byteLength >> 2)
    : new Int32Array(new Uint8Array(buffer, byteOffset, byteLength & ~3).slice().buffer);
  let [a, b] = [0x9e3779b9, 0x7f4a7c15];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    a = turned(a ^ Math.imul(turned(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593), 13);
    a = (Math.imul(a, 5) + 0xe6546b64) | 0;
    b = turned(b ^ Math.imul(turned(Math.imul(word, 0x239b961b), 16), 0xab0e9789), 19);
    b = (Math.imul(b, 5) + (0x561ccd1b ^ a)) | 0;
  }
  for (const byte of new Uint8Array(buffer, byteOffset + (byteLength & ~3), byteLength & 3)) {
    a = mixed(a ^ byte);
    b = mixed(b ^ a);
  }
  a = mixed(a ^ byteLength);
  b = mixed(b ^ a);
  return [mixed(a + b), b].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
}

function turned(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Every bit of the result depends on every bit of the word. */
function mixed(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
