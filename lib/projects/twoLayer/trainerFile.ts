import { checkPath, inWords } from "../../checks";
import { ArgumentError, FileError } from "../../errors";
import { writeAtomically } from "../../platform/files";
import { artifactPath } from "../../platform/paths";
import { readJson } from "../../platform/readFile";
import type { Hyperparameters } from "./hyperparameters";
import type { EpochRow } from "./measureEpoch";

/** What is kept of a training beside its weights: what it was made with, and its curves. */
export interface Trainer {
  /** What the network was trained with. */
  readonly hyperparameters: Hyperparameters;
  /** The curves, a row an epoch. */
  readonly rows: readonly EpochRow[];
}

/**
 * Writes a trainer as JSON, whole or not at all. A relative path counts from the project's top folder.
 * @throws FileError if it cannot be written.
 */
export function saveTrainer(trainer: Trainer, path: string): void {
  checkPath("saveTrainer", path);
  if (!isTrainer(trainer)) {
    throw new ArgumentError("saveTrainer", `trainer must be ${PARTS}, got ${inWords(trainer)}`);
  }
  const { hyperparameters, rows } = trainer;
  writeAtomically(artifactPath(path), `${JSON.stringify({ hyperparameters, rows }, null, 1)}\n`);
}

/**
 * Reads what `saveTrainer` wrote, to the same bits.
 * @throws FileError if the file is missing or is no trainer.
 */
export function loadTrainer(path: string): Trainer {
  checkPath("loadTrainer", path);
  const trainer = readJson(artifactPath(path), path);
  if (!isTrainer(trainer)) throw new FileError(path, `expected ${PARTS}, got ${inWords(trainer)}`);
  return trainer;
}

const PARTS = "the hyperparameters and rows of a trainer";

const ROW: readonly (keyof EpochRow)[] = ["epoch", "trainLoss", "testLoss", "trainAcc", "testAcc"];

function isTrainer(value: unknown): value is Trainer {
  const { hyperparameters, rows } = (value ?? {}) as Partial<Record<keyof Trainer, unknown>>;
  const whole = hasNumbers(hyperparameters, ["weightDecay", "learningRate", "hidden"]) && Array.isArray(rows);
  return whole && rows.every((row) => hasNumbers(row, ROW));
}

function hasNumbers(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === "number");
}
