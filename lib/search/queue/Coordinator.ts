import { createHash } from "node:crypto";
import type * as Bull from "bullmq";
import type { Redis } from "ioredis";
import { EnvironmentError, messageOf, ScratchError } from "../../errors";
import type { ExperimentReport } from "../../experiments/experimentTask";
import type { AbortSignal } from "../../platform/AbortSignal";
import type { EpochRecord } from "../../train/History";
import { History } from "../../train/History";
import { restoreError } from "../../workers/WorkerPool";
import { type AnyObjective, isModule, judgeHistory } from "../objective";
import type { ObjectiveReport } from "../objectiveTask";
import type { Judged } from "../outcome";
import type { OpenPlace } from "../Place";
import type { Space } from "../space";
import type { OpenTrial } from "../Trial";
import type { CoordinatorLock } from "./CoordinatorLock";
import {
  type Announcement,
  type Answer,
  fromText,
  type JobData,
  keysOf,
  type Said,
  type StudyKeys,
  toText,
} from "./messages";
import type { WorkerRow } from "./WorkerRow";
import { readWorkers } from "./workerRows";

/** Milliseconds between two looks at what may have got lost. */
const TICK = 2_000;
/** Seconds that the coordinator waits for a word, before it looks around. */
const LISTENS = 1;
/** Messages, and jobs, that go over the line together. */
const TOGETHER = 500;
/** Milliseconds in which a study must have cleaned up behind it. */
const CLEANING = 5_000;

export interface CoordinatorParts {
  readonly where: string;
  readonly queue: string;
  readonly study: string;
  readonly keys: StudyKeys;
  readonly announcement: Announcement;
  readonly redis: Redis;
  /** A connection of its own for what waits. */
  readonly reader: Redis;
  readonly trials: Bull.Queue;
  readonly lock: CoordinatorLock;
  readonly finishes: boolean;
  readonly fail: (error: unknown) => void;
  readonly onWarning: (warning: string) => void;
  readonly onWorkers: ((workers: readonly WorkerRow[]) => void) | undefined;
}

interface Pending {
  readonly data: JobData;
  readonly hear: (report: unknown) => void;
  readonly resolve: (said: { readonly answer: Answer; readonly numerics?: string }) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The one who hands out the trials of a study and records what comes of them. Everything it says can be said again
 * without harm: a job is added by an id that follows from what it asks for, and every two seconds those that Redis has
 * lost are added anew. A result that comes twice must be the same to the bit.
 */
export class Coordinator<S extends Space> implements OpenPlace<S> {
  readonly finishes: boolean;
  readonly #parts: CoordinatorParts;
  readonly #objective: AnyObjective<S>;
  readonly #pending: Map<string, Pending> = new Map();
  readonly #answers: Map<string, { readonly worker: string; readonly text: string }> = new Map();
  readonly #refusals: Set<string> = new Set();
  readonly #listening: Promise<void>;
  #unsent: string[] = [];
  #sending = false;
  #stopping = false;
  #closed = false;
  #looked = 0;

  constructor(objective: AnyObjective<S>, parts: CoordinatorParts) {
    this.#objective = objective;
    this.#parts = parts;
    this.finishes = parts.finishes;
    this.#listening = this.#listen();
  }

  async judge(trial: OpenTrial<S>): Promise<Judged> {
    const objective = this.#objective;
    const { signal, report, ...proposal } = trial;
    if (typeof objective === "function")
      throw new ScratchError(this.#parts.where, "a function cannot be sent");
    const last = { epoch: 0 };
    const reportOnce = (epoch: number, value: number): void => {
      if (epoch <= last.epoch) return;
      last.epoch = epoch;
      report(epoch, value);
    };
    if (isModule(objective)) {
      const hear = (message: unknown): void => reportOnce(...(message as ObjectiveReport));
      const { answer, numerics } = await this.#send({ number: trial.number, input: proposal }, hear, signal);
      return marked(resultOf(answer).result as Judged, numerics);
    }
    const hear = (message: unknown): void => {
      const told = message as ExperimentReport;
      if ("epoch" in told) reportOnce(told.epoch.epoch, told.epoch.validationAccuracy);
    };
    const input = objective.experiment(trial);
    const { answer, numerics } = await this.#send({ number: trial.number, input }, hear, signal);
    const { result, epochs } = resultOf(answer);
    const judged = judgeHistory(
      trial.number,
      historyOf(epochs),
      result as string | undefined,
      objective.value,
    );
    return marked(await judged, numerics);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const { redis, reader, trials, keys, lock, study, queue, where } = this.#parts;
    const clean = async (): Promise<void> => {
      reader.disconnect();
      await this.#listening;
      await redis.hdel(keysOf(queue).studies, study);
      await redis.publish(keys.over, "over");
      await trials.obliterate({ force: true });
      await redis.del(keys.said);
      await lock.release();
    };
    const tooLong = new Promise<string>((resolve) => {
      setTimeout(() => resolve("it did not answer"), CLEANING).unref();
    });
    const problem = await Promise.race([clean().then(() => undefined, messageOf), tooLong]);
    if (problem !== undefined) {
      this.#parts.onWarning(`${where}: what the study has in Redis could not be removed: ${problem}`);
    }
    redis.disconnect();
    await trials.disconnect().catch(() => {});
  }

  #send(
    data: JobData,
    hear: Pending["hear"],
    signal: AbortSignal,
  ): Promise<{ readonly answer: Answer; readonly numerics?: string }> {
    const sum = createHash("sha256").update(toText(data)).digest("hex").slice(0, 16);
    const job = `${data.number}-${sum}`;
    return new Promise((resolve, reject) => {
      this.#pending.set(job, { data, hear, resolve, reject });
      if (signal.aborted) this.#stop();
      else signal.addEventListener("abort", () => this.#stop());
      this.#unsent.push(job);
      void this.#handOut();
    });
  }

  /** Adds the jobs that have gathered while the last ones went over the line. */
  async #handOut(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#unsent.length > 0 && !this.#stopping && !this.#closed) {
      const jobs = this.#unsent.splice(0, TOGETHER).filter((job) => this.#pending.has(job));
      // One that does not arrive is found missing, and added again.
      await this.#parts.trials.addBulk(jobs.map((job) => this.#bulkJob(job))).catch(() => {});
    }
    this.#sending = false;
  }

  #bulkJob(job: string): { name: string; data: unknown; opts: Bull.BulkJobOptions } {
    const { data } = this.#pending.get(job)!;
    const opts = {
      jobId: job,
      removeOnComplete: true,
      attempts: Number.MAX_SAFE_INTEGER,
      backoff: { type: "fixed", delay: 1000 },
    };
    return { name: "trial", data: toText(data), opts };
  }

  /** Hands out no more. What has begun is given up, or awaited, as the user chose. */
  #stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#looked = 0;
    if (this.finishes) return;
    for (const { reject } of this.#pending.values())
      reject(new ScratchError(this.#parts.where, "was stopped"));
    this.#pending.clear();
  }

  async #listen(): Promise<void> {
    const { reader, keys, fail } = this.#parts;
    while (!this.#closed) {
      try {
        const first = await reader.blpop(keys.said, LISTENS);
        if (first) this.#hear(first[1]);
        await this.#hearAll();
        if (!this.#closed && performance.now() - this.#looked > TICK) await this.#lookAround();
      } catch (error) {
        if (this.#closed) return;
        const known = error instanceof ScratchError;
        fail(known ? error : new EnvironmentError(this.#parts.where, `Redis: ${messageOf(error)}`));
        return;
      }
    }
  }

  async #hearAll(): Promise<void> {
    const { redis, keys } = this.#parts;
    for (;;) {
      const texts = (await redis.lpop(keys.said, TOGETHER)) ?? [];
      for (const text of texts) this.#hear(text);
      if (texts.length < TOGETHER) return;
    }
  }

  #hear(text: string): void {
    const said = fromText(text) as Said;
    const pending = this.#pending.get(said.job);
    if ("report" in said) {
      if (!this.#stopping) pending?.hear(said.report);
      return;
    }
    const { worker, job, answer, numerics } = said;
    if (numerics === undefined) this.#compare(job, worker, toText(answer));
    if (!pending) return;
    this.#pending.delete(job);
    pending.resolve(numerics === undefined ? { answer } : { answer, numerics });
  }

  /** @throws ScratchError that shows both results if a trial has given two. */
  #compare(job: string, worker: string, text: string): void {
    const before = this.#answers.get(job);
    this.#answers.set(job, { worker, text });
    if (before === undefined || before.text === text) return;
    const [number] = job.split("-");
    const both = `${before.worker} gave ${before.text}, and ${worker} ${text}`;
    throw new ScratchError(this.#parts.where, `trial ${number} must give one result, got two: ${both}`);
  }

  /** Renews what says that the study is there, and finds what Redis has lost. */
  async #lookAround(): Promise<void> {
    const { redis, keys, lock, queue, study, announcement, trials } = this.#parts;
    this.#looked = performance.now();
    await lock.renew();
    await redis.hset(keysOf(queue).studies, study, toText(announcement));
    if (this.#stopping) await trials.drain(true);
    const sent = [...this.#pending.keys()].filter((job) => !this.#unsent.includes(job));
    const there = await redis.pipeline(sent.map((job) => ["exists", keys.job(job)])).exec();
    // What has ended said so before its job went away.
    await this.#hearAll();
    const lost = sent.filter((job, i) => there?.[i]?.[1] === 0 && this.#pending.has(job));
    if (this.#stopping) for (const job of lost) this.#forget(job);
    else if (!this.#sending) {
      this.#unsent.push(...lost);
      void this.#handOut();
    }
    await this.#lookAtWorkers();
  }

  #forget(job: string): void {
    this.#pending.get(job)?.reject(new ScratchError(this.#parts.where, "was stopped"));
    this.#pending.delete(job);
  }

  async #lookAtWorkers(): Promise<void> {
    const { redis, queue, study, onWorkers, onWarning } = this.#parts;
    const rows = (await readWorkers(redis, queue)).filter((row) => row.study === study || row.study === "");
    for (const { worker, refused } of rows) {
      const reason = refused?.[study];
      if (reason === undefined || this.#refusals.has(worker)) continue;
      this.#refusals.add(worker);
      onWarning(`${worker} gets no trials: ${reason}`);
    }
    onWorkers?.(rows);
  }
}

function marked(judged: Judged, numerics: string | undefined): Judged {
  return numerics === undefined ? judged : { ...judged, numerics };
}

function resultOf(answer: Answer): Exclude<Answer, { readonly error: string }> {
  if ("error" in answer) throw restoreError(new Error(answer.message), answer.error);
  return answer;
}

function historyOf(epochs: readonly EpochRecord[]): History {
  const history = new History();
  history.epochs.push(...epochs);
  return history;
}
