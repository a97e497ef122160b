import type { AnyObjective } from "./objective";
import type { Judged } from "./outcome";
import type { Space } from "./space";
import type { OpenTrial } from "./Trial";

/** Where the trials of a study run: in this thread, or on this machine's processors. */
export interface Place {
  /** What errors call it. */
  readonly name: string;
  /** How many trials it runs at the same time. */
  readonly parallel: number;
  /** Whether it can run the objective; a function cannot leave its thread. */
  takes<S extends Space>(objective: AnyObjective<S>): boolean;
  /**
   * Runs a trial.
   * @throws what the objective throws that says nothing about the params; anything when the trial's signal is aborted.
   */
  judge<S extends Space>(objective: AnyObjective<S>, trial: OpenTrial<S>): Promise<Judged>;
  /** Gives back what it holds; a later trial takes it again. */
  close(): Promise<void>;
}
