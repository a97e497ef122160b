import type { JournalHeader } from "./journal/Journal";
import type { AnyObjective } from "./objective";
import type { Judged } from "./outcome";
import type { Space } from "./space";
import type { OpenTrial } from "./Trial";

/** Where the trials of a study run: in this thread, on this machine's processors, or on many machines by a queue. */
export interface Place {
  /** What errors call it. */
  readonly name: string;
  /** How many trials it runs at the same time. */
  readonly parallel: number;
  /** What an objective must be to run there, where it cannot run this one; a function cannot leave its thread. */
  refuses<S extends Space>(objective: AnyObjective<S>): string | undefined;
  /** Makes ready for the trials of a run of a study. @throws what keeps them from running there. */
  open<S extends Space>(work: PlacedWork<S>): Promise<OpenPlace<S>>;
  /** Gives back what it holds; a later study takes it again. */
  close(): Promise<void>;
}

/** What a place is told of a study. */
export interface PlacedWork<S extends Space> {
  /** What is run for every trial. */
  readonly objective: AnyObjective<S>;
  /** Everything but the objective's code and data that decides what the trials are. */
  readonly header: JournalHeader;
  /** Told what went wrong and was mended. */
  readonly onWarning: (warning: string) => void;
  /** Ends the run because of an error that belongs to no trial. */
  readonly fail: (error: unknown) => void;
}

/** A place while a study runs there. */
export interface OpenPlace<S extends Space> {
  /** Whether trials that have begun are awaited, and recorded, when the study is stopped. */
  readonly finishes?: boolean;
  /**
   * Runs a trial.
   * @throws what the objective throws that says nothing about the params; anything when the trial's signal is aborted.
   */
  judge(trial: OpenTrial<S>): Promise<Judged>;
  /** Ends what the study has there. */
  close(): Promise<void>;
}
