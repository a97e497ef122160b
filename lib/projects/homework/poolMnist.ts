import { checkCounts } from "../../checks";
import { checkDataset, type Dataset } from "../../datasets/Dataset";
import { ArgumentError, ShapeError } from "../../errors";
import { formatShape } from "../../tensor/shape";

/** Four bytes' sum that is one of the eight steps of grey: 4 · 256 / 8. */
const STEP = 128;

/**
 * Small pictures of a few samples, as the homework made its tinyMNIST of MNIST: of each class the first
 * count / classes samples (rounded up; the last class may have fewer), class after class, and each pixel
 * ⌊8 m + ½⌋ / 10 with m the mean of 2 × 2 bytes / 256: 0, 0.1, … 0.8.
 * Shapes: [rows, columns] → [rows / 2, columns / 2]. With the 2,499 samples of the homework, `poolMnist` of MNIST's
 * training and test data gives its two lists to the bit.
 * @throws ShapeError unless the samples are [rows, columns] with even sides, and as many as the arrays hold;
 * ArgumentError if their inputs are not bytes, count is not a whole number > 0, or a class has too few samples.
 */
export function poolMnist(digits: Dataset, count = 2_499): Dataset {
  const { name, sampleShape, classes, inputs } = checkDataset(digits, "poolMnist");
  const [rows, columns] = sampleShape;
  if (sampleShape.length !== 2 || rows % 2 !== 0 || columns % 2 !== 0) {
    const problem = `samples must be [rows, columns], both even, got ${formatShape(sampleShape)}`;
    throw new ShapeError("poolMnist", problem);
  }
  if (!(inputs instanceof Uint8Array)) {
    throw new ArgumentError("poolMnist", `inputs must be bytes, got ${inputs.constructor.name}`);
  }
  checkCounts("poolMnist", { count });
  const chosen = firstOfEachClass(digits, count);
  const size = (rows / 2) * (columns / 2);
  const pooled = new Float64Array(count * size);
  chosen.forEach((sample, i) => {
    const picture = inputs.subarray(sample * rows * columns, (sample + 1) * rows * columns);
    pool(picture, columns, pooled.subarray(i * size, (i + 1) * size));
  });
  return {
    name: `${name}, pooled`,
    count,
    sampleShape: [rows / 2, columns / 2],
    classes,
    inputs: pooled,
    labels: Uint8Array.from(chosen, (sample) => digits.labels[sample]),
  };
}

/** The numbers of the samples, class after class. */
function firstOfEachClass({ name, labels, classes }: Dataset, count: number): number[] {
  const each = Math.ceil(count / classes);
  const chosen: number[][] = Array.from({ length: classes }, () => []);
  labels.forEach((label, i) => {
    if (chosen[label].length < each) chosen[label].push(i);
  });
  const all = chosen.flat().slice(0, count);
  const short = chosen.findIndex((samples, label) => samples.length < Math.min(each, count - label * each));
  if (short >= 0) {
    const problem = `count must leave ${each} samples a class, got ${count}, with ${chosen[short].length} of class ${short}`;
    throw new ArgumentError("poolMnist", `${problem} in ${name}`);
  }
  return all;
}

function pool(picture: Uint8Array, columns: number, into: Float64Array): void {
  const half = columns / 2;
  for (let i = 0; i < into.length; i++) {
    const at = 2 * Math.floor(i / half) * columns + 2 * (i % half);
    const sum = picture[at] + picture[at + 1] + picture[at + columns] + picture[at + columns + 1];
    into[i] = Math.floor((sum + STEP / 2) / STEP) / 10;
  }
}
