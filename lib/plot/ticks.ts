import type { Axis } from "./Figure";

/** The most ticks that are asked for along an axis. */
const MOST = 10;
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** The most powers of ten that are ticks, and how many are enough. */
const POWERS = 15;
const ENOUGH = 3;

/** A number as a tick says it: whole numbers and four digits, very large and small ones by a power of ten. */
export function tickText(value: number, digits = 4): string {
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(digits));
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? rounded.toExponential() : String(rounded);
}

/** The same for all ticks of an axis, with as many digits as tell them apart. */
export function tickTexts(values: readonly number[]): string[] {
  let digits = 4;
  let texts = values.map((value) => tickText(value, digits));
  while (digits < 17 && new Set(texts).size < new Set(values).size) {
    digits++;
    texts = values.map((value) => tickText(value, digits));
  }
  return texts;
}

/** The smallest of 1, 2, 5, 10, … or, below 1, …, 0.1, 0.2, 0.5 that parts the span into at most `most` steps. */
export function niceStep(span: number, most: number = MOST): number {
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => span / step <= most);
  return step !== undefined && step > 0 && Number.isFinite(step) ? step : span;
}

/**
 * A logarithmic axis over values from low to high, 0 < low ≤ high. Its ticks are whole numbers written out: Plotly's
 * own leave out the decade ("2 0.1 5 2"), and set powers of ten in larger letters. Many powers stand alone, as 10⁻⁷ if
 * they are far from 1; a short range gets even steps.
 */
export function logAxis([low, high]: readonly [number, number], powers: number = POWERS): Axis {
  const scale: Axis = { type: "log", tickmode: "array" };
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const count = last - first + 1;
  if (count < ENOUGH) {
    const values = roundValues(low, high);
    return { ...scale, tickvals: values, ticktext: tickTexts(values) };
  }
  const step = Math.ceil(count / powers);
  const exponents = Array.from({ length: Math.ceil(count / step) }, (_, i) => first + i * step);
  return {
    ...scale,
    tickvals: exponents.map((exponent) => Number(`1e${exponent}`)),
    ticktext: exponents.map((exponent) =>
      first >= -4 && last <= 4 ? String(Number(`1e${exponent}`)) : powerText(exponent),
    ),
  };
}

function powerText(exponent: number): string {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]!);
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/** 1, 2 and 5 times powers of ten between low and high, or 1 and 3; even steps where these are fewer than three. */
function roundValues(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  const factors = high / low > 30 ? [1, 3] : [1, 2, 5];
  const round = Array.from({ length: ENOUGH + 1 }, (_, i) =>
    factors.map((factor) => Number(`${factor}e${first + i}`)),
  );
  const inside = round.flat().filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
  if (inside.length >= 3) return inside;
  if (!(high > low)) return [low];
  const step = niceStep(high - low, 5);
  const begin = Math.ceil(low / step - 1e-9);
  const count = Math.max(1, Math.floor(high / step + 1e-9) - begin + 1);
  // Through a text, so that 3 · 0.1 is 0.3.
  return Array.from({ length: count }, (_, i) => Number(((begin + i) * step).toPrecision(12)));
}
