/**
 * Where two values differ that JSON can hold, by their paths in them: `optimizer.momentum must be 0.9, got 0.8`. What
 * JSON leaves out of an object is missing in it.
 */
export function differences(wanted: unknown, got: unknown, path = ""): string[] {
  if (isObject(wanted) && isObject(got)) {
    const keys = new Set([...Object.keys(wanted), ...Object.keys(got)]);
    return [...keys].flatMap((key) => differences(wanted[key], got[key], path ? `${path}.${key}` : key));
  }
  const [one, other] = [JSON.stringify(wanted), JSON.stringify(got)];
  return one === other ? [] : [`${path} must be ${one ?? "none"}, got ${other ?? "none"}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
