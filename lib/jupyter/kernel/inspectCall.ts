/** The part of TypeScript's quick info that tslab prints. */
export interface QuickInfo {
  readonly displayParts?: readonly unknown[];
  readonly documentation?: readonly unknown[];
  readonly tags?: readonly unknown[];
}

/** What TypeScript knows of the name at a place of a cell. */
export type Inspect = (source: string, position: number) => QuickInfo | undefined;

/**
 * What Shift-Tab shows at a place of a cell. Behind an open bracket it is the function that is called, as in IPython.
 * At `new X(` the docstring of the class is added, which tslab's TypeScript 5.0 leaves out for an imported class.
 */
export function inspectCall(inspect: Inspect, source: string, position: number): QuickInfo | undefined {
  const found = inspect(source, position);
  const place = found ? position : endOfCallee(source, position);
  const info = found ?? (place === undefined ? undefined : inspect(source, place));
  if (!info || place === undefined || info.documentation?.length) return info;
  const before = source.slice(0, place).replace(/\bnew(?=\s+[\w$.]*$)/, "   ");
  const { documentation, tags } = inspect(before + source.slice(place), place) ?? {};
  return documentation?.length ? { ...info, documentation, tags: tags ?? [] } : info;
}

/** Where the name before the innermost bracket that is open at a place ends. */
function endOfCallee(source: string, position: number): number | undefined {
  let closed = 0;
  for (let i = position - 1; i >= 0; i--) {
    if (source[i] === ")") closed++;
    if (source[i] === "(" && closed-- === 0) return source.slice(0, i).trimEnd().length;
  }
  return undefined;
}
