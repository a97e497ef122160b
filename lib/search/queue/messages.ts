/* What the coordinator of a study and the workers say to each other, and where in Redis it stands. */
import type { Plain } from "../../plain";
import type { EpochRecord } from "../../train/History";
import type { ModuleExport } from "../../workers/loadExport";
import type { DatasetSource } from "../objectiveData";
import type { Demands } from "./proof";

/** What all keys in Redis begin with. */
export const PREFIX = "scratch-nn";

/** A study on the board, as workers of all machines can load it; files are `portable`. */
export interface Announcement {
  readonly name: string;
  /** What a worker has to prove before it gets a trial. */
  readonly demands: Demands;
  /** The objective; null if the trials are experiments, which a job holds whole. */
  readonly module: (ModuleExport & { readonly options?: Plain }) | null;
  readonly data: Readonly<Record<string, DatasetSource>>;
}

/** A trial on its way to a worker: the proposal for a module, or the experiment. */
export interface JobData {
  readonly number: number;
  readonly input: unknown;
}

/** How a trial ended at a worker. `epochs` are those of an experiment. */
export type Answer =
  | { readonly result: unknown; readonly epochs: readonly EpochRecord[] }
  | { readonly error: string; readonly message: string };

/** What a worker says of a trial: how it stands, or how it ended. */
export type Said = {
  readonly worker: string;
  readonly job: string;
  /** The digest of the worker's numerics, where they are not those that the study demands. */
  readonly numerics?: string;
} & ({ readonly report: unknown } | { readonly answer: Answer });

/** The keys of a queue: those of the whole, and those of a study on it. */
export function keysOf(queue: string): { studies: string; workers: string; worker: (id: string) => string } {
  const start = `${PREFIX}:${queue}`;
  return {
    studies: `${start}:studies`,
    workers: `${start}:workers`,
    worker: (id) => `${start}:worker:${id}`,
  };
}

export interface StudyKeys {
  /** BullMQ's name of the queue of its trials. */
  readonly trials: string;
  /** Who coordinates it. */
  readonly coordinator: string;
  /** The list of what workers said. */
  readonly said: string;
  /** The channel on which the workers hear that it is over. */
  readonly over: string;
  readonly job: (id: string) => string;
}

export function studyKeys(queue: string, study: string): StudyKeys {
  const trials = `${queue}.${study}`;
  const start = `${PREFIX}:${queue}:${study}`;
  return {
    trials,
    coordinator: `${start}:coordinator`,
    said: `${start}:said`,
    over: `${start}:over`,
    job: (id) => `${PREFIX}:${trials}:${id}`,
  };
}

/** JSON that keeps the numbers that JSON has no words for. */
export function toText(value: unknown): string {
  return JSON.stringify(value, (_, inside: unknown) =>
    typeof inside === "number" && (!Number.isFinite(inside) || Object.is(inside, -0))
      ? { number: Object.is(inside, -0) ? "-0" : String(inside) }
      : inside,
  );
}

/** What `toText` was given. */
export function fromText(text: string): unknown {
  return JSON.parse(text, (_, inside: unknown) => {
    const { number, ...others } = (inside ?? {}) as { readonly number?: unknown };
    return typeof number === "string" && Object.keys(others).length === 0 ? Number(number) : inside;
  });
}
