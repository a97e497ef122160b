import type { Redis } from "ioredis";
import { keysOf } from "./messages";
import type { WorkerRow } from "./WorkerRow";

/** How long, in milliseconds, a worker's row stands that is not renewed. */
const LASTS = 10_000;

export async function writeRow(redis: Redis, queue: string, id: string, row: WorkerRow): Promise<void> {
  const keys = keysOf(queue);
  await redis.set(keys.worker(id), JSON.stringify(row), "PX", LASTS);
  await redis.sadd(keys.workers, id);
}

export async function removeRow(redis: Redis, queue: string, id: string): Promise<void> {
  const keys = keysOf(queue);
  await redis.del(keys.worker(id));
  await redis.srem(keys.workers, id);
}

/** The rows of the workers that are there, by their names. */
export async function readWorkers(redis: Redis, queue: string): Promise<WorkerRow[]> {
  const keys = keysOf(queue);
  const ids = await redis.smembers(keys.workers);
  if (ids.length === 0) return [];
  const texts = await redis.mget(ids.map(keys.worker));
  const gone = ids.filter((_, i) => texts[i] === null);
  if (gone.length > 0) await redis.srem(keys.workers, ...gone);
  const rows = texts.filter((text) => text !== null).map((text) => JSON.parse(text) as WorkerRow);
  return rows.sort((a, b) => (a.worker < b.worker ? -1 : 1));
}
