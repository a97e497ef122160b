import { crc32 } from "node:zlib";

const CHECKSUM = /,"crc":"([0-9a-f]{8})"\}$/;

/** Plain data with at least one key as a line of JSON that ends with the CRC-32 of the line without it. */
export function toLine(value: object): string {
  const text = JSON.stringify(value);
  return `${text.slice(0, -1)},"crc":"${checksum(text)}"}`;
}

/**
 * What a line holds. One without a checksum, as earlier versions wrote it, is taken as it is.
 * @returns the problem in words where it is no object of JSON, or not the one that was written.
 */
export function parseLine(line: string): Record<string, unknown> | string {
  const sum = CHECKSUM.exec(line);
  const text = sum ? `${line.slice(0, sum.index)}}` : line;
  if (sum && checksum(text) !== sum[1]) return "its checksum is not that of what it says";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "no JSON object";
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : "no JSON object";
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
