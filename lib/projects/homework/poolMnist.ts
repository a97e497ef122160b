import { checkDataset, type Dataset } from "../../datasets/Dataset";
import { ArgumentError, ShapeError } from "../../errors";
import { formatShape } from "../../tensor/shape";

/** Four bytes' sum that is one of the eight steps of grey: 4 · 256 / 8. */
const STEP = 128;

/**
 * Pictures of half the height and width, as the homework made its tinyMNIST of MNIST: each pixel ⌊8 m + ½⌋ / 10 with m
 * the mean of 2 × 2 bytes / 256: 0, 0.1, … 0.8.
 * Shapes: [rows, columns] → [rows / 2, columns / 2]. Of `firstOfEachClass` of MNIST's training and test data it gives
 * the homework's two lists to the bit.
 * @throws ShapeError unless the samples are [rows, columns] with even sides, and as many as the arrays hold;
 * ArgumentError if their inputs are not bytes.
 */
export function poolMnist(digits: Dataset): Dataset {
  const { name, count, sampleShape, inputs } = checkDataset(digits, "poolMnist");
  const [rows, columns] = sampleShape;
  if (sampleShape.length !== 2 || rows % 2 !== 0 || columns % 2 !== 0) {
    const problem = `samples must be [rows, columns], both even, got ${formatShape(sampleShape)}`;
    throw new ShapeError("poolMnist", problem);
  }
  if (!(inputs instanceof Uint8Array)) {
    throw new ArgumentError("poolMnist", `inputs must be bytes, got ${inputs.constructor.name}`);
  }
  const size = (rows / 2) * (columns / 2);
  const pooled = new Float64Array(count * size);
  for (let i = 0; i < count; i++) {
    const picture = inputs.subarray(i * rows * columns, (i + 1) * rows * columns);
    pool(picture, columns, pooled.subarray(i * size, (i + 1) * size));
  }
  return { ...digits, name: `${name}, pooled`, sampleShape: [rows / 2, columns / 2], inputs: pooled };
}

function pool(picture: Uint8Array, columns: number, into: Float64Array): void {
  const half = columns / 2;
  for (let i = 0; i < into.length; i++) {
    const at = 2 * Math.floor(i / half) * columns + 2 * (i % half);
    const sum = picture[at] + picture[at + 1] + picture[at + columns] + picture[at + columns + 1];
    into[i] = Math.floor((sum + STEP / 2) / STEP) / 10;
  }
}
