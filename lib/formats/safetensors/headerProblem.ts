/** As deep as a header is: the object, what it says of a tensor, its shape. */
const MOST_DEPTH = 3;
const MOST_NAMES = 2 ** 20;

/**
 * What is wrong with the JSON text of a header that `JSON.parse` does not tell, or takes too long to: a name twice in
 * an object, of which it keeps the last silently; objects or lists too deep; too many names. Undefined if it is good.
 */
export function headerProblem(json: string): string | undefined {
  const open: Set<string>[] = [];
  let names = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{" || character === "[") {
      open.push(new Set());
      if (open.length > MOST_DEPTH) return "expected a header of tensors, got one of deeper objects or lists";
    } else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = endOfString(json, at);
      if (/^\s*:/.test(json.slice(end, end + 20))) {
        const name = nameOf(json.slice(at, end));
        if (open.at(-1)?.has(name))
          return `expected each name once in the header, got "${name.slice(0, 40)}" twice`;
        open.at(-1)?.add(name);
        if (++names > MOST_NAMES) return `expected at most ${MOST_NAMES} names in the header, got more`;
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** Where the string that begins at `start` has ended. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === '"') return at + 1;
    if (json[at] === "\\") at++;
  }
  return json.length;
}

/** A name without its escapes; as it stands where they are wrong, which `JSON.parse` of the whole tells. */
function nameOf(json: string): string {
  try {
    return JSON.parse(json) as string;
  } catch {
    return json;
  }
}
