/** What a worker does, as it says itself every two seconds. */
export interface WorkerRow {
  /** Its machine and its process: `node-7 process 12`. */
  readonly worker: string;
  /** How many trials it runs at the same time. */
  readonly parallel: number;
  /** The study that it works for; "" for none. */
  readonly study: string;
  /** The numbers of the trials that it runs, and for how many seconds each. */
  readonly running: readonly { readonly number: number; readonly seconds: number }[];
  /** How many trials it has ended. */
  readonly done: number;
  /** Seconds since it began. */
  readonly seconds: number;
  /** Why studies, by their ids, are not to have its results. */
  readonly refused?: Readonly<Record<string, string>>;
}
