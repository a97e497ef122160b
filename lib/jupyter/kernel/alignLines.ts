/**
 * For each emitted line the index of the source line it came from, found by global alignment of the two texts
 * (Needleman and Wunsch 1970) on the words the lines share. TypeScript's output keeps the order of the source, so this
 * is enough where the compiler gives no source map.
 */
export function alignLines(source: readonly string[], emitted: readonly string[]): number[] {
  const sourceWords = source.map(words);
  const emittedWords = emitted.map(words);
  const best = Array.from({ length: source.length + 1 }, () => new Float64Array(emitted.length + 1));
  for (let i = source.length - 1; i >= 0; i--) {
    for (let j = emitted.length - 1; j >= 0; j--) {
      const matched = best[i + 1]![j + 1]! + similarity(sourceWords[i]!, emittedWords[j]!);
      best[i]![j] = Math.max(matched, best[i + 1]![j]!, best[i]![j + 1]!);
    }
  }
  const lines: number[] = [];
  let i = 0;
  for (let j = 0; j < emitted.length; j++) {
    while (i < source.length && best[i]![j] === best[i + 1]![j] && best[i]![j]! > 0) i++;
    const isMatch = i < source.length && best[i]![j]! > best[i]![j + 1]!;
    lines.push(isMatch ? i++ : Math.max(0, i - 1));
  }
  return lines;
}

function words(line: string): Set<string> {
  return new Set(line.match(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]+/gu));
}

/** Dice's coefficient: 2 |a ∩ b| / (|a| + |b|). */
function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let common = 0;
  for (const word of a) if (b.has(word)) common++;
  return (2 * common) / (a.size + b.size);
}
