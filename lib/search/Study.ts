import { checkCounts, checkOptions, checkPath, inWords } from "../checks";
import { ArgumentError } from "../errors";
import { deepFreeze, notPlain, type Plain } from "../plain";
import type { AbortSignal } from "../platform/AbortSignal";
import { artifactPath } from "../platform/paths";
import { type Stop, stoppable } from "../platform/stoppable";
import { turn } from "../platform/turn";
import { Journal, type JournalHeader, type OpenJournal } from "./journal/Journal";
import { type AnyObjective, checkObjective, isModule } from "./objective";
import { writeOptunaJournal } from "./optunaJournal";
import type { OpenPlace, Place } from "./Place";
import { processors } from "./processors";
import { type AnySampler, checkSampler, type Sampler } from "./samplers/Sampler";
import { checkSpace, outsideSpace, type Space } from "./space";
import { byValue, type Direction, type Trial } from "./Trial";
import { thread } from "./thread";

/** What a `Study` searches, how, and where it keeps its trials. */
export interface StudyOptions<S extends Space> {
  /** Stands in the journal (default: `study`). */
  readonly name?: string;
  /** The hyperparameters by name, a dimension each. */
  readonly space: S;
  /** Decides the params of every trial: `grid`, `random`, `bayesian`, `successiveHalving` or your own. */
  readonly sampler: Sampler<S> | AnySampler;
  /** How many trials the study has in all (default: as many as the sampler has, if it says so). More continue it. */
  readonly trials?: number;
  /** Judges the params of a trial. */
  readonly objective: AnyObjective<S>;
  /** Whether the objective's value is to be large or small. */
  readonly direction: Direction;
  /**
   * Where the trials run: in this `thread`, or on this machine's `processors()`, which need an objective that is a
   * module or an experiment (default: `thread` for a function, else the processors). It does not change the results.
   */
  readonly on?: "thread" | Place;
  /**
   * Where the finished trials are kept (default: only in memory). A relative path counts from the project's top folder.
   */
  readonly journal?: string;
  /** What else decides a result (epochs, data, …), as plain data: a journal made with another setup is refused. */
  readonly setup?: Plain;
  /** How many trials run at the same time (default: 1 in this thread, else as many as there are workers). */
  readonly parallel?: number;
  /** Stops the study; finished trials are kept. */
  readonly signal?: AbortSignal;
  /** Called when a trial has been recorded. */
  readonly onTrial?: (trial: Trial<S>, study: Study<S>) => void;
  /** Called when an objective reports how a trial stands. */
  readonly onReport?: (report: StudyReport) => void;
  /** Told what was repaired in the journal. */
  readonly onWarning?: (warning: string) => void;
}

/** How a trial stands after an epoch, as its objective reports it. */
export interface StudyReport {
  /** The number of the trial, counted from 0. */
  readonly number: number;
  /** The epoch it has finished, counted from 1. */
  readonly epoch: number;
  /** What the objective says of it so far. */
  readonly value: number;
}

/** Which trials `Study.run` runs besides those that are missing. */
export interface RunOptions {
  /**
   * Runs the trials that failed again, with the params that they had (default: false). What a trial gives takes the
   * place of its failure, in the journal by a later line; what was proposed since from the failure stays.
   */
  readonly retryFailed?: boolean;
}

const OPTIONS: { readonly [Name in keyof Required<StudyOptions<Space>>]: true } = {
  name: true,
  space: true,
  sampler: true,
  trials: true,
  objective: true,
  direction: true,
  on: true,
  journal: true,
  setup: true,
  parallel: true,
  signal: true,
  onTrial: true,
  onReport: true,
  onWarning: true,
};

/**
 * A search for good hyperparameters: trials proposed by a sampler and judged by an objective. `run` may be called
 * again after it was stopped, by the same process or, with a journal, by a later one: nothing is lost or repeated, and
 * the trials are those of a run that was never stopped. Neither where they run, nor `parallel`, nor the order in which
 * trials end changes them.
 *
 * A trial is recorded as failed, and the study goes on, if its params do not work: if its training diverges
 * (DivergenceError), its value is not finite, or the objective says so by throwing `TrialFailed`. Whatever else an
 * objective throws, or gives that is no `Outcome`, is a slip that says nothing about the params: it ends the run, and
 * nothing is recorded of the trial.
 *
 * Making one reads the journal, if there is one, and writes nothing.
 * @throws ArgumentError for options out of their domain; FileError if the journal is damaged or of another study.
 * @example
 * const study = new nn.search.Study({
 *   space: { learningRate: nn.search.logUniform(1e-3, 1) },
 *   sampler: nn.search.random({ seed: 1 }),
 *   trials: 20,
 *   direction: "minimize",
 *   objective: ({ params }) => ({ value: Math.abs(Math.log10(params.learningRate) + 2) }),
 * });
 * await study.run();
 * console.log(study.best.params.learningRate.toFixed(3)); // 0.006
 */
export class Study<const S extends Space> {
  /** What the study was made with. */
  readonly options: StudyOptions<S>;
  /** What is searched. */
  readonly space: S;
  /** Whether large values are good, or small ones. */
  readonly direction: Direction;
  /** What the journal and figures call it. */
  readonly name: string;
  /** How many trials it has when it is done. */
  readonly size: number;
  readonly #trials: Map<number, Trial<S>> = new Map();
  readonly #header: JournalHeader;
  readonly #journal: Journal | undefined;
  #running = false;

  constructor(options: StudyOptions<S>) {
    checkStudyOptions(options);
    const { name = "study", space, sampler, direction, journal, setup = null, objective } = options;
    this.options = options;
    this.space = space;
    this.direction = direction;
    this.name = name;
    this.size = sizeOf(options);
    const constants = isModule(objective) ? objective.options : undefined;
    this.#header = {
      format: "scratch-nn study 1",
      name,
      direction,
      sampler: { name: sampler.name, ...sampler.options },
      setup,
      space,
      ...(constants !== undefined && { objective: constants }),
    };
    if (journal === undefined) return;
    this.#journal = new Journal(artifactPath(journal), this.#header);
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

  /** The best trial among those of the greatest budget. @throws ArgumentError that says why there is none. */
  get best(): Trial<S> & { readonly value: number } {
    for (const trial of this.ranking) {
      const { value } = trial;
      if (value !== null) return { ...trial, value };
    }
    const [first] = this.trials;
    const problem = first
      ? `all ${this.#trials.size} finished trials failed, the first because ${JSON.stringify(first.error)}`
      : "no trial is finished yet; await run()";
    throw new ArgumentError("Study.best", problem);
  }

  /** Whether all trials are finished. */
  get done(): boolean {
    return this.#trials.size === this.size;
  }

  /**
   * Runs what is missing. Stopped by the signal or by the kernel's interrupt it returns with what is finished; trials
   * on the way are given up, and the next run begins them again.
   * @throws FileError if the journal is in use, damaged, or cannot be written; what an objective throws that is no
   * result, and ArgumentError for what it gives that is none; what a callback throws. Finished trials are kept.
   */
  async run(options: RunOptions = {}): Promise<this> {
    checkOptions("Study.run", options, ["retryFailed"]);
    const { retryFailed = false } = options;
    if (this.#running)
      throw new ArgumentError("Study.run", "the study is running already; await the first run");
    if (this.#missing(retryFailed).length === 0) return this;
    this.#running = true;
    try {
      const journal = this.#journal?.open(this.options.onWarning);
      try {
        if (journal) this.#take(journal.trials);
        await this.#runAll(this.#missing(retryFailed), journal);
      } finally {
        journal?.close();
      }
    } finally {
      this.#running = false;
    }
    return this;
  }

  /**
   * Writes the finished trials as a journal of Optuna, for `optuna.load_study` and optuna-dashboard: lists and objects
   * among choices become JSON, one curve the intermediate values, the rest user attributes. It tells no times.
   * @param file a relative path counts from the project's top folder; one that this has written is replaced.
   * @throws ArgumentError if `file` names none; FileError if it is somebody else's, or cannot be written.
   */
  toOptuna(file: string): void {
    checkPath("Study.toOptuna", file, "file");
    writeOptunaJournal(artifactPath(file), this);
  }

  #missing(retryFailed: boolean): number[] {
    const all = Array.from({ length: this.size }, (_, number) => number);
    return all.filter((number) => {
      const trial = this.#trials.get(number);
      return !trial || (retryFailed && trial.value === null);
    });
  }

  async #runAll(numbers: readonly number[], journal: OpenJournal | undefined): Promise<void> {
    const { objective, on = typeof objective === "function" ? "thread" : processors() } = this.options;
    const place = on === "thread" ? thread : on;
    const { parallel = place.parallel } = this.options;
    try {
      await stoppable(this.options.signal, async (stop) => {
        const { onWarning = () => {} } = this.options;
        const open = await place.open<S>({ objective, header: this.#header, onWarning, fail: stop.fail });
        const stopped = new Promise<undefined>((resolve) => {
          stop.signal.addEventListener("abort", () => resolve(undefined));
        });
        const running = new Set<Promise<void>>();
        try {
          for (const number of numbers) {
            while (running.size === parallel || (running.size > 0 && !this.#ready(number)))
              await Promise.race(running);
            // An interrupt is heard between trials even if nothing in them waits.
            await turn();
            if (stop.signal.aborted) break;
            const trial: Promise<void> = this.#runTrial(number, open, stop, stopped, journal)
              .catch(stop.fail)
              .finally(() => running.delete(trial));
            running.add(trial);
          }
          await Promise.all(running);
        } finally {
          await open.close();
        }
      });
    } finally {
      if (this.options.on === undefined) await place.close();
    }
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
    place: OpenPlace<S>,
    { signal, fail }: Stop,
    stopped: Promise<undefined>,
    journal: OpenJournal | undefined,
  ): Promise<void> {
    const { onTrial, onReport } = this.options;
    const proposal = this.#proposal(number);
    const report = (epoch: number, value: number): void => {
      if (signal.aborted) return;
      try {
        onReport?.({ number, epoch, value });
      } catch (error) {
        fail(error);
      }
    };
    const judging = place.judge({ ...structuredClone(proposal), signal, report });
    const judged = await (place.finishes
      ? judging.catch((error: unknown) => (signal.aborted ? undefined : Promise.reject(error)))
      : Promise.race([judging, stopped]));
    if (judged === undefined || (signal.aborted && !place.finishes)) return;
    // What a later process would read, so that both go on from the same.
    const trial = deepFreeze(JSON.parse(JSON.stringify({ ...proposal, ...judged })) as Trial<S>);
    journal?.append(trial);
    this.#trials.set(number, trial);
    onTrial?.(trial, this);
  }

  /** What is to be tried: what the trial was when it failed, or what the sampler proposes. */
  #proposal(number: number): Pick<Trial<S>, "number" | "params" | "budget"> {
    const failed = this.#trials.get(number);
    if (failed) {
      const { params, budget } = failed;
      return budget === undefined ? { number, params } : { number, params, budget };
    }
    const { sampler } = this.options;
    const { space, direction } = this;
    const params = sampler.propose(number, this.#known(number), { space, direction });
    const outside = outsideSpace(space, params);
    if (outside !== undefined) throw new ArgumentError(`sampler ${sampler.name}, trial ${number}`, outside);
    const budget = sampler.budget?.(number);
    return budget === undefined ? { number, params } : { number, params, budget };
  }

  #take(trials: readonly Trial[]): void {
    for (const trial of trials) {
      if (trial.number < this.size) this.#trials.set(trial.number, deepFreeze(trial as Trial<S>));
    }
  }
}

function checkStudyOptions<S extends Space>(options: StudyOptions<S>): void {
  checkOptions("Study", options, Object.keys(OPTIONS));
  const { name = "study", space, sampler, direction, journal, setup = null, objective, on, signal } = options;
  const refuse = (what: string, must: string, got: unknown): never => {
    throw new ArgumentError("Study", `${what} must be ${must}, got ${inWords(got)}`);
  };
  checkSpace(space, "Study");
  checkSampler("Study", sampler);
  if (direction !== "maximize" && direction !== "minimize")
    refuse("direction", '"maximize" or "minimize"', direction);
  checkObjective("Study", objective);
  if (typeof name !== "string") refuse("name", "a text", name);
  if (journal !== undefined && (typeof journal !== "string" || journal === ""))
    refuse("journal", "a path", journal);
  for (const [what, value] of Object.entries({ setup, "sampler.options": sampler.options })) {
    const wrong = notPlain(value);
    if (wrong) refuse(`${what}${wrong[0]}`, "plain data, as JSON can hold it", wrong[1]);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse("signal", "an AbortSignal", signal);
  for (const callback of ["onTrial", "onReport", "onWarning"] as const) {
    const given = options[callback];
    if (given !== undefined && typeof given !== "function") refuse(callback, "a function", given);
  }
  if (on !== undefined && on !== "thread") {
    if (typeof on?.open !== "function") refuse("on", '"thread", processors() or queue(url)', on);
    const form = on.refuses(objective);
    if (form !== undefined) refuse("objective", `${form} to run on ${on.name}`, objective);
  }
  if (options.parallel !== undefined) checkCounts("Study", { parallel: options.parallel });
}

function sizeOf<S extends Space>({ sampler, space, trials }: StudyOptions<S>): number {
  const count = sampler.count?.(space);
  const size = trials ?? count;
  if (size === undefined || !(Number.isInteger(size) && size > 0)) {
    throw new ArgumentError("Study", `trials must be a whole number > 0, got ${inWords(size)}`);
  }
  if (count !== undefined && size > count) {
    throw new ArgumentError("Study", `${sampler.name} has ${count} trials at most, got ${size}`);
  }
  return size;
}
