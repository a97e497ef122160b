/** What JSON can hold: what a journal on disk gives back as it was. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** Whether JSON gives the value back as it was: no undefined, NaN, infinity, -0, class, function or circle in it. */
export function isPlain(value: unknown): value is Plain {
  return notPlain(value) === undefined;
}

/**
 * Where a value stops being plain, by its path, and what stands there: [`.loss`, NaN]; undefined if it is plain.
 * @param above the objects that the value lies in: one that lies in itself is not plain.
 */
export function notPlain(
  value: unknown,
  path = "",
  above: readonly object[] = [],
): readonly [string, unknown] | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number" && Number.isFinite(value) && !Object.is(value, -0)) return undefined;
  if (typeof value !== "object" || above.includes(value)) return [path, value];
  const prototype: unknown = Object.getPrototypeOf(value);
  const literal = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!Array.isArray(value) && !literal) return [path, value];
  const inside = [...above, value];
  // `keys` of an array leaves out its holes, which JSON fills.
  const names = Array.isArray(value) ? Array.from(value, (_, i) => String(i)) : Object.keys(value);
  for (const name of names) {
    const place = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`;
    const found = notPlain((value as Record<string, unknown>)[name], place, inside);
    if (found) return found;
  }
  return undefined;
}

/** Equal as JSON texts: the same keys in the same order. */
export function samePlain(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Where two values differ that JSON can hold, by their paths in them: `optimizer.momentum must be 0.9, got 0.8`. What
 * JSON leaves out of an object is missing in it; the order of its keys does not count.
 */
export function differences(expected: unknown, got: unknown, path = ""): string[] {
  if (isObject(expected) && isObject(got)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(got)]);
    return [...keys].flatMap((key) => differences(expected[key], got[key], path ? `${path}.${key}` : key));
  }
  const [one, other] = [JSON.stringify(expected), JSON.stringify(got)];
  return one === other ? [] : [`${path} must be ${one ?? "none"}, got ${other ?? "none"}`];
}

/** The value and all that lies in it can no longer be changed. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inside of Object.values(value)) deepFreeze(inside);
  }
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
