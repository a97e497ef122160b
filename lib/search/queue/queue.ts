import { createHash } from "node:crypto";
import { checkCounts, checkOptions, inWords } from "../../checks";
import { ArgumentError } from "../../errors";
import { platform } from "../../platform/node/platform";
import { WorkerPool } from "../../workers/WorkerPool";
import { type AnyObjective, FORMS, isModule } from "../objective";
import { type DatasetOrSource, type DatasetSource, isSource, loadData } from "../objectiveData";
import type { OpenPlace, Place, PlacedWork } from "../Place";
import type { Space } from "../space";
import { Coordinator } from "./Coordinator";
import { CoordinatorLock } from "./CoordinatorLock";
import { bullmq, checkAddress, checkQueueName, connect, withoutPassword } from "./connect";
import { type Announcement, PREFIX, studyKeys, toText } from "./messages";
import { localFile, portable } from "./portable";
import { dataDigests, type Machine, moduleDigest, proveMachine } from "./proof";
import type { WorkerRow } from "./WorkerRow";

/** Which queue, and what becomes of its trials. */
export interface QueueOptions {
  /** The name of the queue, the same as at its workers (default: `scratch-nn`). Several studies may share one. */
  readonly name?: string;
  /** How many trials are handed out at the same time, running or waiting for a worker (default: 1000). */
  readonly parallel?: number;
  /**
   * Whether workers give up the trials that they run when the study is stopped, within a second, or finish them, which
   * are then recorded (default: `giveUp`).
   */
  readonly onStop?: "giveUp" | "finish";
  /** Told every two seconds what the workers do. */
  readonly onWorkers?: (workers: readonly WorkerRow[]) => void;
}

const NAMES: readonly (keyof QueueOptions)[] = ["name", "parallel", "onStop", "onWorkers"];

/**
 * A queue on a Redis server: the trials of a study run on every machine where a worker is started, by `npm run worker --
 * URL` in this project and by `npx scratch-nn-worker URL` elsewhere. Workers come and go at any time, and a trial whose
 * worker is gone runs again. The study's trials are those of a run in this thread, to the bit: a worker gets none before
 * it has proven that it has the same code and data and computes the same.
 *
 * The objective has to be a module or an experiment, and its data sources (`{ file, export, options }`), which each
 * worker loads by itself. The packages bullmq and ioredis have to be installed.
 * @param url `redis://user:password@host:6379`, or `rediss://…` for TLS.
 * @throws ArgumentError for options out of their domain; EnvironmentError if the packages are missing.
 */
export function queue(url: string, options: QueueOptions = {}): Place {
  platform.expectNode("queue");
  checkAddress("queue", url);
  checkOptions("queue", options, NAMES);
  const { name = PREFIX, parallel = 1000, onStop = "giveUp", onWorkers } = options;
  checkQueueName("queue", name);
  checkCounts("queue", { parallel });
  if (onStop !== "giveUp" && onStop !== "finish") {
    throw new ArgumentError("queue", `onStop must be "giveUp" or "finish", got ${inWords(onStop)}`);
  }
  if (onWorkers !== undefined && typeof onWorkers !== "function") {
    throw new ArgumentError("queue", `onWorkers must be a function, got ${inWords(onWorkers)}`);
  }
  const where = `queue ${withoutPassword(url)}`;
  bullmq(where);
  return {
    name: where,
    parallel,
    refuses: (objective) => {
      if (typeof objective === "function") return FORMS;
      const here = Object.entries(objective.data ?? {}).find(([, dataset]) => !isSource(dataset));
      return here && `one whose data.${here[0]} is { file, export }, as a dataset does not travel,`;
    },
    open: (work) => openStudy(where, url, { name, finishes: onStop === "finish", onWorkers }, work),
    close: () => Promise.resolve(),
  };
}

interface Chosen {
  readonly name: string;
  readonly finishes: boolean;
  readonly onWorkers: QueueOptions["onWorkers"];
}

async function openStudy<S extends Space>(
  where: string,
  url: string,
  { name, finishes, onWorkers }: Chosen,
  { objective, header, fail, onWarning }: PlacedWork<S>,
): Promise<OpenPlace<S>> {
  const announcement = await announce(header.name, objective);
  const text = toText([header, announcement]);
  const study = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const keys = studyKeys(name, study);
  const { Queue } = bullmq(where);
  const redis = await connect(where, url);
  const reader = redis.duplicate();
  reader.on("error", () => {});
  const lock = new CoordinatorLock(where, redis, keys.coordinator);
  try {
    await lock.take();
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  const trials = new Queue(keys.trials, { connection: redis, prefix: PREFIX });
  trials.on("error", () => {});
  const parts = { where, queue: name, study, keys, announcement, redis, reader, trials, lock };
  return new Coordinator(objective, { ...parts, finishes, fail, onWarning, onWorkers });
}

/** What the board says of a study, and what its workers have to prove. */
async function announce<S extends Space>(name: string, objective: AnyObjective<S>): Promise<Announcement> {
  if (typeof objective === "function") throw new ArgumentError("queue", `objective must be ${FORMS}`);
  const data = await loadData(objective.data ?? {});
  const machine = await thisMachine();
  const module = isModule(objective) ? withoutData(objective) : null;
  return {
    name,
    demands: {
      ...machine,
      objective: module === null ? "" : moduleDigest(localFile(module.file)),
      data: dataDigests(data),
    },
    module,
    data: Object.fromEntries(
      Object.entries(objective.data ?? {}).map(([key, source]) => [key, portableSource(source)]),
    ),
  };
}

function withoutData({
  data: _,
  ...module
}: Extract<AnyObjective, { file: string }>): Announcement["module"] {
  return { ...module, file: portable(module.file) };
}

function portableSource(source: DatasetOrSource): DatasetSource {
  return { ...(source as DatasetSource), file: portable((source as DatasetSource).file) };
}

async function thisMachine(): Promise<Machine> {
  const pool = new WorkerPool({ workers: 1 });
  try {
    return await proveMachine(pool);
  } finally {
    await pool.close();
  }
}
