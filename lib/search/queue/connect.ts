import type * as Bull from "bullmq";
import type { Redis } from "ioredis";
import { inWords } from "../../checks";
import { ArgumentError, EnvironmentError, messageOf } from "../../errors";
import { checkPackages, loadPackage } from "../../platform/packages";

/** A server and a queue on it. */
export interface QueuePlace {
  readonly url: string;
  /** The name of the queue. */
  readonly name: string;
}

/** How long, in milliseconds, the first connection may take. */
const FIRST = 10_000;
/** A connection that hears nothing for so long, in milliseconds, is dead, and is made anew; it is asked more often. */
const SILENT = 20_000;

export function bullmq(where: string): typeof Bull {
  checkPackages(where, ["bullmq", "ioredis"]);
  return loadPackage(where, "bullmq") as typeof Bull;
}

/**
 * Opens a connection that comes back by itself whenever it is lost; what is asked meanwhile waits.
 * @throws EnvironmentError if the server cannot be reached now, or refuses the password.
 */
export async function connect(
  where: string,
  url: string,
  onLost: (problem: string) => void = () => {},
): Promise<Redis> {
  checkPackages(where, ["bullmq", "ioredis"]);
  const { Redis: Client } = loadPackage(where, "ioredis") as { Redis: typeof Redis };
  const redis = new Client(url, {
    maxRetriesPerRequest: null,
    lazyConnect: true,
    socketTimeout: SILENT,
    retryStrategy: (times) => Math.min(50 * times, 1000),
  });
  let problem = "it did not answer";
  redis.on("error", (error: unknown) => {
    problem = messageOf(error);
    onLost(problem);
  });
  const tooLong = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(problem)), FIRST).unref();
  });
  try {
    await Promise.race([redis.connect().then(() => redis.ping()), tooLong]);
    return redis;
  } catch (error) {
    redis.disconnect();
    const reason = /closed/.test(messageOf(error)) ? problem : messageOf(error);
    throw new EnvironmentError(where, `Redis could not be reached: ${reason}`);
  }
}

/** @throws ArgumentError from `where` unless it is the address of a Redis server. */
export function checkAddress(where: string, url: unknown): asserts url is string {
  if (typeof url === "string" && /^rediss?:\/\/./.test(url) && URL.canParse(url)) return;
  const got = typeof url === "string" ? inWords(withoutPassword(url)) : inWords(url);
  throw new ArgumentError(where, `url must be one such as "redis://host:6379", got ${got}`);
}

/** The address as messages may show it. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//");
}

/** @throws ArgumentError from `where` unless it can name a queue. */
export function checkQueueName(where: string, name: unknown): asserts name is string {
  if (typeof name === "string" && /^[\w-]+$/.test(name)) return;
  throw new ArgumentError(where, `name must be of letters, digits, - and _, got ${inWords(name)}`);
}
