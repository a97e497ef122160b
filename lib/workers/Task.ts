import type { Dataset } from "../datasets/Dataset";

/** Datasets by the names that a task calls them by. */
export type Datasets = Readonly<Record<string, Dataset>>;

/** What a task is given beside its input. */
export interface TaskContext {
  /** In memory that all threads see. */
  readonly data: Datasets;
  /** Tells the thread that asked for the work how it goes: anything that can be sent there. */
  readonly report: (message: unknown) => void;
}

/** Work that any thread can do: a function that a module exports. What it takes and gives can be sent there. */
export type Task<Input, Output> = (input: Input, context: TaskContext) => Output | Promise<Output>;
