import { types } from "node:util";
import { type Dataset, viewLike } from "../datasets/Dataset";

/** The dataset with its arrays on SharedArrayBuffers, which threads see without copies; copied only if they are not. */
export function shareDataset({ name, count, sampleShape, classes, inputs, labels }: Dataset): Dataset {
  return { name, count, sampleShape, classes, inputs: shareInputs(inputs), labels: shareLabels(labels) };
}

function shareInputs(inputs: Dataset["inputs"]): Dataset["inputs"] {
  if (isShared(inputs)) return inputs;
  const copy = viewLike(inputs, new SharedArrayBuffer(inputs.byteLength));
  copy.set(inputs);
  return copy;
}

function shareLabels(labels: Dataset["labels"]): Dataset["labels"] {
  if (isShared(labels)) return labels;
  const buffer = new SharedArrayBuffer(labels.byteLength);
  const copy = labels instanceof Int32Array ? new Int32Array(buffer) : new Uint8Array(buffer);
  copy.set(labels);
  return copy;
}

function isShared(array: Dataset["inputs"] | Dataset["labels"]): boolean {
  return types.isSharedArrayBuffer(array.buffer);
}
