import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { EnvironmentError, messageOf } from "../../errors";
import { differences } from "../../plain";
import type { AbortSignal } from "../../platform/AbortSignal";
import type { Datasets } from "../../workers/Task";
import { WorkerPool } from "../../workers/WorkerPool";
import { loadData } from "../objectiveData";
import { connect, type QueuePlace, withoutPassword } from "./connect";
import { type Announcement, fromText, keysOf, studyKeys } from "./messages";
import { localFile } from "./portable";
import { dataDigests, type Machine, moduleDigest, proveMachine, withoutNumerics } from "./proof";
import { StudyWork, type WorkerState } from "./StudyWork";
import { removeRow, writeRow } from "./workerRows";

export interface QueueWorkerOptions extends QueuePlace {
  /** How many trials run at the same time, each on a thread of its own. */
  readonly parallel: number;
  /** Seconds that this worker may be silent before its trials are given to others. */
  readonly lock: number;
  /** Whether it works for studies that were begun on a machine that computes other bits. */
  readonly allowOtherNumerics: boolean;
  /** Told what is going on, a line each. */
  readonly say: (line: string) => void;
  /** Ends the worker; trials on the way are given back. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks at the board, while there is nothing to do. */
const LOOK = 500;

/**
 * Runs trials of the studies on a queue, one study after the other, until the signal ends it. This thread only talks:
 * it renews the locks of the trials, which run on threads of their own.
 * @throws EnvironmentError if the server cannot be reached at the start, or if the connection is silently dead.
 */
export async function serveQueue(options: QueueWorkerOptions): Promise<void> {
  const { url, name, parallel, say, signal } = options;
  const where = `worker of ${withoutPassword(url)}`;
  const pool = new WorkerPool({ workers: parallel });
  const redis = await connect(where, url, sayOnce(say));
  const id = `${hostname()}-${process.pid}-${randomBytes(3).toString("hex")}`;
  const began = performance.now();
  const running: WorkerState["running"] = new Map();
  const refused = new Map<string, string>();
  const state: WorkerState = { id, where, options, pool, redis, running, study: "", done: 0, beat };
  async function beat(): Promise<void> {
    const now = performance.now();
    await writeRow(redis, name, id, {
      worker: `${hostname()} process ${process.pid}`,
      parallel,
      study: state.study,
      running: [...running.values()].map(({ number, since }) => ({ number, seconds: (now - since) / 1000 })),
      done: state.done,
      seconds: (now - began) / 1000,
      refused: Object.fromEntries(refused),
    });
  }
  /** The first that has a coordinator now. */
  async function findStudy(studies: readonly string[]): Promise<string | undefined> {
    for (const study of studies) {
      if ((await redis.exists(studyKeys(name, study).coordinator)) === 1) return study;
    }
    return undefined;
  }
  try {
    const machine = await proveMachine(pool);
    say(`computes ${machine.numerics} (${machine.backend}, ${machine.simd}) and waits for studies`);
    while (!signal.aborted) {
      const board = await redis.hgetall(keysOf(name).studies);
      for (const study of refused.keys()) if (!(study in board)) refused.delete(study);
      const study = await findStudy(Object.keys(board).filter((key) => !refused.has(key)));
      if (study !== undefined) {
        const announcement = fromText(board[study] ?? "") as Announcement;
        const proven = await prove(machine, announcement, options.allowOtherNumerics).catch(
          (error: unknown) => messageOf(error).replace(/\s*\n\s*/g, "; "),
        );
        if (typeof proven === "string") {
          refused.set(study, proven);
          say(`is refused by study "${announcement.name}": ${proven}`);
        } else {
          const marked = proven.numerics === undefined ? "" : ", whose numerics are others";
          say(`works for study "${announcement.name}"${marked}`);
          state.study = study;
          await new StudyWork(state, study, announcement, proven.data, proven.numerics).run();
          state.study = "";
          say(`leaves study "${announcement.name}"`);
        }
      }
      await beat();
      await pause(LOOK, undefined, { signal: signal as never }).catch(() => {});
    }
  } finally {
    await Promise.race([removeRow(redis, name, id).catch(() => {}), pause(1000)]);
    redis.disconnect();
    await pool.close();
  }
}

interface Proven {
  readonly data: Datasets;
  /** The worker's own numerics, if they are not those that the study demands. */
  readonly numerics: string | undefined;
}

/**
 * Compares all but the data before anything of the study is loaded.
 * @throws EnvironmentError that says what is not as the study demands; what keeps its data from being loaded.
 */
async function prove(machine: Machine, announcement: Announcement, anyNumerics: boolean): Promise<Proven> {
  const { demands, module, data: sources } = announcement;
  const refuse = (different: string[]): void => {
    if (different.length > 0) throw new EnvironmentError("this machine", different.join("; "));
  };
  const own = { ...machine, objective: module === null ? "" : moduleDigest(localFile(module.file)) };
  const { data: digests, ...demanded } = demands;
  const counts = anyNumerics ? withoutNumerics : <T>(all: T): T => all;
  refuse(differences(counts(demanded), counts(own)));
  const local = Object.entries(sources).map(([name, source]) => [
    name,
    { ...source, file: localFile(source.file) },
  ]);
  const data = await loadData(Object.fromEntries(local));
  refuse(differences(digests, dataDigests(data), "data"));
  return { data, numerics: differences(demanded, own).length > 0 ? machine.numerics : undefined };
}

/** Says that the server is lost, once in a minute at most. */
function sayOnce(say: (line: string) => void): (problem: string) => void {
  let said = Number.NEGATIVE_INFINITY;
  return (problem) => {
    if (performance.now() - said < 60_000) return;
    said = performance.now();
    say(`cannot reach Redis (${problem}) and tries again`);
  };
}
