import { FileError } from "../../errors";
import { writeAtomically } from "../../platform/files";
import { artifactPath } from "../../platform/paths";
import { readJson } from "../../platform/readFile";
import type { Hyperparameters } from "./hyperparameters";
import type { EpochRow } from "./measureEpoch";

/** What is kept of a training beside its weights: what it was made with, and its curves. */
export interface Trainer {
  readonly hyperparameters: Hyperparameters;
  readonly rows: readonly EpochRow[];
}

/**
 * Writes a trainer as JSON, whole or not at all. A relative path counts from the project's top folder.
 * @throws FileError if it cannot be written.
 */
export function saveTrainer({ hyperparameters, rows }: Trainer, path: string): void {
  writeAtomically(artifactPath(path), `${JSON.stringify({ hyperparameters, rows }, null, 1)}\n`);
}

/**
 * Reads what `saveTrainer` wrote, to the same bits.
 * @throws FileError if the file is missing or is no trainer.
 */
export function loadTrainer(path: string): Trainer {
  const trainer = readJson(artifactPath(path), path);
  const { hyperparameters, rows } = (trainer ?? {}) as Partial<Record<keyof Trainer, unknown>>;
  const whole = hasNumbers(hyperparameters, ["weightDecay", "learningRate", "hidden"]) && Array.isArray(rows);
  if (!whole || !rows.every((row) => hasNumbers(row, ROW))) {
    throw new FileError(path, "wanted hyperparameters and rows of a trainer, got something else");
  }
  return trainer as Trainer;
}

const ROW: readonly (keyof EpochRow)[] = ["epoch", "trainLoss", "testLoss", "trainAcc", "testAcc"];

function hasNumbers(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === "number");
}
