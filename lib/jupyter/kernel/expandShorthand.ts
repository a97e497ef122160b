import type { Position } from "./tslab";
import { type Node, parseCell, ts } from "./typescript";

export interface Expanded {
  text: string;
  /** Where a position of the text is in the cell as it was written; an inserted name is where the name was. */
  toSource(position: Position): Position;
}

const separator = ": ";

/**
 * The cell with `{ x }` written as `{ x: x }`, which means the same wherever it stands: in an object, or in the pattern
 * of an assignment. tslab sends references to earlier cells' variables to where they are kept, but not these.
 */
export function expandShorthand(source: string): Expanded {
  const file = parseCell(source);
  const insertions: { at: number; length: number }[] = [];
  let text = "";
  let copied = 0;
  function visit(node: Node): void {
    if (ts.isShorthandPropertyAssignment(node)) {
      const { end } = node.name;
      const insertion = separator + source.slice(node.name.getStart(file), end);
      text += source.slice(copied, end) + insertion;
      copied = end;
      insertions.push({ at: end, length: insertion.length });
    }
    ts.forEachChild(node, visit);
  }
  visit(file);
  text += source.slice(copied);

  function sourceOffset(offset: number): number {
    let inserted = 0;
    for (const { at, length } of insertions) {
      const beyond = offset - inserted - at;
      if (beyond <= 0) break;
      if (beyond <= length) return at - Math.min(length - beyond, length - separator.length);
      inserted += length;
    }
    return offset - inserted;
  }

  function toSource({ offset, line }: Position): Position {
    const before = sourceOffset(offset);
    return { offset: before, line, character: before - (source.lastIndexOf("\n", before - 1) + 1) };
  }

  return { text, toSource };
}
