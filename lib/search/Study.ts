import { checkCounts } from "../checks";
import { ArgumentError } from "../errors";
import { isPlain, type Plain } from "../plain";
import { onInterrupt } from "../platform/interrupt";
import { platform } from "../platform/node/platform";
import { artifactPath } from "../platform/paths";
import { turn } from "../platform/turn";
import { Journal, type JournalHeader, type OpenJournal } from "./journal/Journal";
import { judge } from "./judge";
import type { AnySampler, Sampler } from "./samplers/Sampler";
import { checkSpace, outsideSpace, type Space } from "./space";
import { byValue, type Direction, type Objective, type Trial } from "./Trial";

export interface StudyOptions<S extends Space> {
  /** Stands in the journal; `study` if not given. */
  readonly name?: string;
  readonly space: S;
  readonly sampler: Sampler<S> | AnySampler;
  /** How many trials the study has in all; as many as the sampler has, if it says so. A higher number continues. */
  readonly trials?: number;
  readonly objective: Objective<S>;
  readonly direction: Direction;
  /**
   * Where the finished trials are kept; only in memory if not given. A relative path counts from the project's top
   * folder.
   */
  readonly journal?: string;
  /** What else decides a result (epochs, data, …), as plain data: a journal made with another setup is refused. */
  readonly setup?: Plain;
  /** How many objectives are awaited at the same time; 1 if not given. */
  readonly parallel?: number;
  readonly signal?: AbortSignal;
  /** Called when a trial has been recorded. */
  readonly onTrial?: (trial: Trial<S>, study: Study<S>) => void;
  /** Told what was repaired in the journal. */
  readonly onWarning?: (warning: string) => void;
}

/**
 * A search for good hyperparameters: trials proposed by a sampler and judged by an objective. `run` may be called
 * again after it was stopped, by the same process or, with a journal, by a later one: nothing is lost or repeated, and
 * the trials are those of a run that was never stopped. Neither `parallel` nor the order in which trials end changes
 * them.
 *
 * A trial whose objective throws (a loss that diverges), or whose value is not finite, is recorded as failed, and the
 * study goes on. What says nothing about the params is no result and ends the run: FileError, EnvironmentError, and
 * JavaScript's own errors (TypeError, RangeError, …).
 */
export class Study<const S extends Space> {
  readonly options: StudyOptions<S>;
  readonly space: S;
  readonly direction: Direction;
  readonly name: string;
  /** How many trials it has when it is done. */
  readonly size: number;
  readonly #trials: Map<number, Trial<S>> = new Map();
  readonly #journal: Journal | undefined;
  #running = false;

  /**
   * Reads the journal, if there is one, and writes nothing.
   * @throws ArgumentError for options out of their domain; FileError if the journal is damaged or of another study.
   */
  constructor(options: StudyOptions<S>) {
    const { name = "study", space, sampler, direction, journal, setup = null, parallel = 1 } = options;
    checkSpace(space, "Study");
    if (direction !== "maximize" && direction !== "minimize") {
      throw new ArgumentError("Study", `direction must be maximize or minimize, got ${direction}`);
    }
    checkCounts("Study", { parallel });
    for (const [key, value] of Object.entries({ name, setup, "sampler.options": sampler.options })) {
      if (!isPlain(value)) throw new ArgumentError("Study", `${key} must be plain data, as JSON can hold it`);
    }
    if (journal === "") throw new ArgumentError("Study", "journal must not be empty");
    this.options = options;
    this.space = space;
    this.direction = direction;
    this.name = name;
    this.size = sizeOf(options);
    if (journal === undefined) return;
    const header: JournalHeader = {
      format: "scratch-nn study 1",
      name,
      direction,
      sampler: { name: sampler.name, ...sampler.options },
      setup,
      space,
    };
    this.#journal = new Journal(artifactPath(journal), header);
    this.#take(this.#journal.read());
  }

  /** The finished trials by number. */
  get trials(): Trial<S>[] {
    return [...this.#trials.values()].sort((a, b) => a.number - b.number);
  }

  /** The finished trials, best first, failures last; of different budgets, those of the greatest first. */
  get ranking(): Trial<S>[] {
    const order = byValue(this.direction);
    return this.trials.sort((a, b) => (b.budget ?? 0) - (a.budget ?? 0) || order(a, b));
  }

  /** The best trial among those of the greatest budget. @throws ArgumentError if no trial has succeeded yet. */
  get best(): Trial<S> & { readonly value: number } {
    for (const trial of this.ranking) {
      const { value } = trial;
      if (value !== null) return { ...trial, value };
    }
    throw new ArgumentError("Study.best", "wanted a trial that succeeded, got none");
  }

  /** Whether all trials are finished. */
  get done(): boolean {
    return this.#trials.size === this.size;
  }

  /**
   * Runs what is missing. Stopped by the signal or by the kernel's interrupt it returns with what is finished; trials
   * on the way are given up, and the next run begins them again.
   * @throws FileError if the journal is in use, damaged, or cannot be written; what an objective throws that is no
   * result; what a callback throws. Finished trials are kept.
   */
  async run(): Promise<this> {
    if (this.#running) throw new ArgumentError("Study.run", "the study is running already");
    if (this.done) return this;
    this.#running = true;
    try {
      const journal = this.#journal?.open(this.options.onWarning);
      try {
        if (journal) this.#take(journal.trials);
        await this.#runMissing(journal);
      } finally {
        journal?.close();
      }
    } finally {
      this.#running = false;
    }
    return this;
  }

  async #runMissing(journal: OpenJournal | undefined): Promise<void> {
    const { parallel = 1, signal } = this.options;
    const abort = new AbortController();
    // Every objective may listen.
    platform.allowListeners(abort.signal);
    const stop = (): void => abort.abort();
    const stopped = new Promise<undefined>((resolve) => {
      abort.signal.addEventListener("abort", () => resolve(undefined));
    });
    let failure: { readonly error: unknown } | undefined;
    await turn();
    const unsubscribe = onInterrupt(stop);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    const running = new Set<Promise<void>>();
    try {
      for (let number = 0; number < this.size; number++) {
        if (this.#trials.has(number)) continue;
        while (running.size === parallel || (running.size > 0 && !this.#ready(number)))
          await Promise.race(running);
        // An interrupt is heard between trials even if nothing in them waits.
        await turn();
        if (abort.signal.aborted) break;
        const trial: Promise<void> = this.#runTrial(number, abort.signal, stopped, journal)
          .catch((error: unknown) => {
            failure ??= { error };
            stop();
          })
          .finally(() => running.delete(trial));
        running.add(trial);
      }
    } catch (error) {
      failure ??= { error };
      stop();
    } finally {
      await Promise.all(running);
      unsubscribe();
      signal?.removeEventListener("abort", stop);
    }
    if (failure) throw failure.error;
  }

  /** Whether the trials that the proposal may know are finished. */
  #ready(number: number): boolean {
    return this.#known(number).length === this.#knows(number);
  }

  #knows(number: number): number {
    return this.options.sampler.knows?.(number) ?? 0;
  }

  #known(number: number): Trial<S>[] {
    return Array.from({ length: this.#knows(number) }, (_, i) => this.#trials.get(i)).filter(
      (trial) => trial !== undefined,
    );
  }

  async #runTrial(
    number: number,
    signal: AbortSignal,
    stopped: Promise<undefined>,
    journal: OpenJournal | undefined,
  ): Promise<void> {
    const { sampler, objective, onTrial } = this.options;
    const { space, direction } = this;
    const params = sampler.propose(number, this.#known(number), { space, direction });
    const outside = outsideSpace(space, params);
    if (outside !== undefined) throw new ArgumentError(`sampler ${sampler.name}, trial ${number}`, outside);
    const budget = sampler.budget?.(number);
    const proposal = budget === undefined ? { number, params } : { number, params, budget };
    const judged = await Promise.race([judge(() => objective({ ...proposal, signal })), stopped]);
    if (judged === undefined || signal.aborted) return;
    // What a later process would read, so that both go on from the same.
    const trial = JSON.parse(JSON.stringify({ ...proposal, ...judged })) as Trial<S>;
    journal?.append(trial);
    this.#trials.set(number, trial);
    onTrial?.(trial, this);
  }

  #take(trials: readonly Trial[]): void {
    for (const trial of trials) {
      if (trial.number < this.size) this.#trials.set(trial.number, trial as Trial<S>);
    }
  }
}

function sizeOf<S extends Space>({ sampler, space, trials }: StudyOptions<S>): number {
  const count = sampler.count?.(space);
  const size = trials ?? count;
  if (size === undefined || !(Number.isInteger(size) && size > 0)) {
    throw new ArgumentError("Study", `trials must be a whole number > 0, got ${size}`);
  }
  if (count !== undefined && size > count) {
    throw new ArgumentError("Study", `${sampler.name} has ${count} trials at most, got ${size}`);
  }
  return size;
}
