/** What a kernel tells the runner that started it, beside the Jupyter protocol and out of the notebook's sight. */
export type RunnerMessage =
  | KernelReady
  | ({ type: "progress" } & TrainingProgress)
  | UnawaitedError
  | ({ type: "settled" } & KernelEnd);

/** How a kernel stands after its last cell. */
export interface KernelEnd {
  /** Whether something that no cell awaits still goes on. */
  works: boolean;
  /** The most memory that it has had, in bytes. */
  peakMemory: number;
}

/** The kernel listens; where. */
export interface KernelReady {
  type: "ready";
  shell: string;
  iopub: string;
}

/** Something that no cell awaits, such as a timer, threw. */
export interface UnawaitedError {
  type: "unawaited";
  /** The execution count of the cell that started it, if that is known. */
  cell: number | undefined;
  text: string;
}

/** How far a training is. */
export interface TrainingProgress {
  /** What is trained. */
  label: string;
  /** Left out where there are none, as in a search. */
  epoch?: number;
  /** Epochs of the whole training. */
  epochs?: number;
  /** Steps taken and to take, in this epoch if there are epochs. */
  step: number;
  /** Steps to take. */
  steps: number;
  /** How fast it goes. */
  stepsPerSecond: number;
  /** How long it will take, if it goes on so. */
  secondsLeft: number;
}

/** Whether a runner started this kernel, and shows in the terminal how its cells go on. */
export function hasRunner(): boolean {
  return process.env.SCRATCH_NN_RUNNER === String(process.ppid) && process.connected;
}

/** Sends `message` if a runner started this kernel; does nothing anywhere else. */
export function sendToRunner(message: RunnerMessage): void {
  if (hasRunner()) process.send?.(message);
}
