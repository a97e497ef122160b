import { setTimeout as pause } from "node:timers/promises";
import type * as Bull from "bullmq";
import type { Redis } from "ioredis";
import { EnvironmentError, messageOf } from "../../errors";
import type { ExperimentReport } from "../../experiments/experimentTask";
import { packageFile } from "../../platform/paths";
import type { EpochRecord } from "../../train/History";
import type { Datasets } from "../../workers/Task";
import type { WorkerPool } from "../../workers/WorkerPool";
import { bullmq } from "./connect";
import {
  type Announcement,
  type Answer,
  fromText,
  type JobData,
  keysOf,
  PREFIX,
  type Said,
  studyKeys,
  toText,
} from "./messages";
import { localFile } from "./portable";
import type { QueueWorkerOptions } from "./QueueWorker";

/** What a worker is and does; its rows in the table are made of it. */
export interface WorkerState {
  readonly id: string;
  readonly where: string;
  readonly options: QueueWorkerOptions;
  readonly pool: WorkerPool;
  readonly redis: Redis;
  readonly running: Map<string, { readonly number: number; readonly since: number }>;
  study: string;
  done: number;
  /** Writes the row. */
  readonly beat: () => Promise<void>;
}

/** Milliseconds between two signs of life. */
const BEAT = 2_000;
/** Signs of life in a row that may stay unanswered, or bring no trial though some wait, before the worker ends. */
const SILENT_BEATS = 15;

const OBJECTIVE = { file: packageFile("search/objectiveTask.js") };
const EXPERIMENT = { file: packageFile("experiments/experimentTask.js") };

/** What a worker does for one study, until it is over or the worker ends. */
export class StudyWork {
  readonly #keys: ReturnType<typeof studyKeys>;
  readonly #module: Announcement["module"];
  /** Aborted when no trial shall go on: the study is over, or the worker ends. */
  readonly #giveUp: AbortController = new AbortController();
  #problem: EnvironmentError | undefined;

  constructor(
    private readonly state: WorkerState,
    private readonly study: string,
    { module }: Announcement,
    private readonly data: Datasets,
    private readonly numerics: string | undefined,
  ) {
    this.#keys = studyKeys(state.options.name, study);
    this.#module = module && { ...module, file: localFile(module.file) };
  }

  /** @throws EnvironmentError if the connection is silently dead. */
  async run(): Promise<void> {
    const { options, redis, where, running } = this.state;
    const { parallel, lock, signal } = options;
    const end = (): void => this.#giveUp.abort();
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
    const ear = redis.duplicate();
    ear.on("error", () => {});
    ear.on("message", end);
    const { Worker } = bullmq(where);
    const trials = new Worker(this.#keys.trials, (job, token = "") => this.#judge(job, token), {
      connection: redis,
      prefix: PREFIX,
      concurrency: parallel,
      lockDuration: lock * 1000,
      stalledInterval: lock * 500,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    trials.on("error", () => {});
    try {
      await ear.subscribe(this.#keys.over);
      await this.#untilOver(trials);
    } finally {
      signal.removeEventListener("abort", end);
      end();
      // Trials that are given back say so first.
      for (let i = 0; i < 50 && running.size > 0; i++) await pause(20);
      ear.disconnect();
      await Promise.race([trials.close(true).catch(() => {}), pause(2000)]);
      await this.#cleanUp().catch(() => {});
      running.clear();
    }
    if (this.#problem) throw this.#problem;
  }

  /**
   * BullMQ's options of the queue come back when a worker looks for stalled trials after the study was cleaned up. Its
   * coordinator, which cannot clean up without them, must have ended first.
   */
  async #cleanUp(): Promise<void> {
    const { redis, options } = this.state;
    const { coordinator, job } = this.#keys;
    for (let i = 0; i < 50 && redis.status === "ready"; i++) {
      if ((await redis.hexists(keysOf(options.name).studies, this.study)) === 1) return;
      if ((await redis.exists(coordinator)) === 0) {
        await redis.del(job("meta"));
        return;
      }
      await pause(100);
    }
  }

  /** Gives signs of life until the study is over, and ends the worker if it is silently cut off. */
  async #untilOver(trials: Bull.Worker): Promise<void> {
    const { redis, options, where, running } = this.state;
    const over = this.#giveUp.signal;
    let unanswered = 0;
    let idle = 0;
    let answering = false;
    const look = async (): Promise<void> => {
      answering = true;
      try {
        await this.state.beat();
        const there = await redis.hexists(keysOf(options.name).studies, this.study);
        const waiting = await redis.llen(this.#keys.job("wait"));
        const coordinated = (await redis.exists(this.#keys.coordinator)) === 1;
        unanswered = 0;
        // Where the coordinator is away, what has begun is ended, for when it comes back.
        if (there === 0 || (!coordinated && running.size === 0)) this.#giveUp.abort();
        if (coordinated && trials.isPaused()) trials.resume();
        if (!coordinated && !trials.isPaused()) await trials.pause(true);
        idle = coordinated && waiting > 0 && running.size === 0 ? idle + 1 : 0;
      } finally {
        answering = false;
      }
    };
    while (!over.aborted) {
      if (!answering) void look().catch(() => {});
      else if (redis.status === "ready") unanswered++;
      if (unanswered > SILENT_BEATS || idle > SILENT_BEATS) {
        const problem = idle > SILENT_BEATS ? "gets no trials though some wait" : "hears nothing from Redis";
        const seconds = (SILENT_BEATS * BEAT) / 1000;
        this.#problem = new EnvironmentError(where, `${problem} since ${seconds} s and ends; start it again`);
        return;
      }
      await pause(BEAT, undefined, { signal: over }).catch(() => {});
    }
  }

  async #judge(job: Bull.Job, token: string): Promise<void> {
    const { pool, running, options } = this.state;
    const id = job.id as string;
    const { number, input } = fromText(job.data as string) as JobData;
    const over = this.#giveUp.signal;
    const epochs: EpochRecord[] = [];
    const onReport = (report: unknown): void => {
      if (this.#module === null && "epoch" in (report as ExperimentReport)) {
        epochs.push((report as { readonly epoch: EpochRecord }).epoch);
      }
      void this.#say(id, { report });
    };
    running.set(id, { number, since: performance.now() });
    let answer: Answer;
    try {
      const task = this.#module === null ? EXPERIMENT : OBJECTIVE;
      const order = this.#module === null ? input : { module: this.#module, proposal: input };
      const result = await pool.run(task, order, { data: this.data, signal: over as never, onReport });
      answer = { result, epochs };
    } catch (error) {
      if (over.aborted) {
        if (options.signal.aborted) await job.moveToWait(token).catch(() => {});
        running.delete(id);
        throw new (bullmq(this.state.where).WaitingError)();
      }
      answer = { error: error instanceof Error ? error.name : "Error", message: messageOf(error) };
    }
    await this.#say(id, { answer });
    this.state.done++;
    running.delete(id);
  }

  /** What is said is in the list before the job is done with. */
  async #say(job: string, what: { readonly report: unknown } | { readonly answer: Answer }): Promise<void> {
    const { redis, options } = this.state;
    const mark = this.numerics === undefined ? {} : { numerics: this.numerics };
    const said: Said = { worker: this.state.id, job, ...mark, ...what };
    if (this.#giveUp.signal.aborted) return;
    await redis.rpush(studyKeys(options.name, this.study).said, toText(said));
  }
}
