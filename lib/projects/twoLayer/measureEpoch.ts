import { checkOptions } from "../../checks";
import type { DataLoader } from "../../datasets/DataLoader";
import { evaluate } from "../../train/evaluate";
import { checkNetwork, type Network } from "./buildNetwork";

/** A row of the project's epoch table. */
export interface EpochRow {
  /** Counted from 1. */
  readonly epoch: number;
  /** Loss on all training data, penalty included. */
  readonly trainLoss: number;
  /** Loss on all test data, penalty included. */
  readonly testLoss: number;
  /** Accuracy on all training data. */
  readonly trainAcc: number;
  /** Accuracy on all test data. */
  readonly testAcc: number;
}

/** ½ λ Σ ‖W‖² over the weights of all layers: what weight decay adds to the loss. */
export function penalty(network: Network): number {
  checkNetwork("penalty", network);
  const { model, weightDecay } = network;
  let squares = 0;
  for (const { kind, value } of model.parameters()) {
    if (kind === "weight") for (const w of value.data) squares += w * w;
  }
  return (weightDecay / 2) * squares;
}

/** Loss, penalty included, and accuracy on all of the training and of the test data. */
export function measureEpoch(
  network: Network,
  epoch: number,
  loaders: { readonly train: DataLoader; readonly test: DataLoader },
): EpochRow {
  checkNetwork("measureEpoch", network);
  checkOptions("measureEpoch", loaders, ["train", "test"]);
  const { model, loss } = network;
  const train = evaluate(model, loss, loaders.train);
  const test = evaluate(model, loss, loaders.test);
  const decay = penalty(network);
  return {
    epoch,
    trainLoss: train.loss + decay,
    testLoss: test.loss + decay,
    trainAcc: train.accuracy,
    testAcc: test.accuracy,
  };
}
