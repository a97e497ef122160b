import { checkCounts, inWords } from "../checks";
import { WordIndex } from "../datasets/imdb/WordIndex";
import { ArgumentError, ShapeError } from "../errors";
import { formatShape } from "../tensor/shape";
import { Tensor } from "../tensor/Tensor";

/** A word, and the cosine of the angle between its vector and that of the word asked for. */
export interface NearWord {
  /** The word. */
  readonly word: string;
  /** The cosine, 1 for the same direction. */
  readonly similarity: number;
}

/**
 * The words whose vectors point most nearly where the word's does: by cos(x, y) = x·y / (|x| |y|), the highest first.
 * @param vectors [dictSize, dimension]; words whose vector is 0 have none near.
 * @throws ArgumentError if the word is not in the dictionary or its vector is 0, or count is not a whole number > 0;
 * ShapeError if the vectors are not those of the dictionary.
 */
export function nearestWords(vectors: Tensor, words: WordIndex, word: string, count = 10): NearWord[] {
  if (!(words instanceof WordIndex)) {
    throw new ArgumentError("nearestWords", `words must be a WordIndex, got ${inWords(words)}`);
  }
  if (!(vectors instanceof Tensor)) {
    throw new ArgumentError("nearestWords", `vectors must be a tensor, got ${inWords(vectors)}`);
  }
  const [rows, dimension] = vectors.shape;
  if (vectors.shape.length !== 2 || rows !== words.dictSize) {
    const came = formatShape(vectors.shape);
    throw new ShapeError("nearestWords", `vectors must be [${words.dictSize}, dimension], got ${came}`);
  }
  checkCounts("nearestWords", { count });
  const token = words.find(word);
  const own = vectors.data.subarray((token ?? 0) * dimension, ((token ?? 0) + 1) * dimension);
  const norm = Math.sqrt(dot(own, own));
  if (token === undefined || norm === 0) {
    throw new ArgumentError(
      "nearestWords",
      `word must be in the dictionary and have a vector, got ${inWords(word)}`,
    );
  }
  const near: NearWord[] = [];
  for (let other = 0; other < rows; other++) {
    const row = vectors.data.subarray(other * dimension, (other + 1) * dimension);
    const length = Math.sqrt(dot(row, row));
    if (other === token || length === 0) continue;
    near.push({ word: words.wordOf(other), similarity: dot(own, row) / (norm * length) });
  }
  return near.sort((a, b) => b.similarity - a.similarity).slice(0, count);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
