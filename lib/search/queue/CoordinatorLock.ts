import type { Redis } from "ioredis";
import { EnvironmentError } from "../../errors";
import { held } from "../journal/lockFile";
import { hasEnded, type LockOwner, newOwner, ownerInWords, parseOwner } from "../journal/lockOwner";

/** How long, in milliseconds, a lock lasts that nobody renews, as after the end of its machine. */
const LASTS = 30_000;

/** Renews the lock if it is ours, or takes it if there is none, as after a loss of Redis's data. */
const RENEW = `
local now = redis.call("get", KEYS[1])
if now == ARGV[1] or not now then return redis.call("set", KEYS[1], ARGV[1], "px", ARGV[2]) and 1 end
return 0`;

const RELEASE = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`;

/** Keeps a study on a queue for one coordinator. */
export class CoordinatorLock {
  readonly #owner: LockOwner = newOwner();
  readonly #text: string = JSON.stringify(this.#owner);

  constructor(
    private readonly where: string,
    private readonly redis: Redis,
    private readonly key: string,
  ) {}

  /** @throws EnvironmentError if another coordinator has it that may be alive. */
  async take(): Promise<void> {
    for (;;) {
      if ((await this.redis.set(this.key, this.#text, "PX", LASTS, "NX")) === "OK") break;
      const text = await this.redis.get(this.key);
      if (text === null) continue;
      const other = parseOwner(text);
      if (other && !hasEnded(other, held)) throw this.#inUse(other);
      await this.redis.eval(RELEASE, 1, this.key, text);
    }
    held.add(this.#owner.token);
  }

  /** @throws EnvironmentError if another coordinator has taken it. */
  async renew(): Promise<void> {
    if ((await this.redis.eval(RENEW, 1, this.key, this.#text, LASTS)) === 1) return;
    const other = parseOwner((await this.redis.get(this.key)) ?? "");
    throw this.#inUse(other);
  }

  async release(): Promise<void> {
    held.delete(this.#owner.token);
    await this.redis.eval(RELEASE, 1, this.key, this.#text);
  }

  #inUse(other: LockOwner | undefined): EnvironmentError {
    const who = other ? ownerInWords(other) : "another process";
    const wait = `wait until it has ended (of one that was killed on another machine, ${LASTS / 1000} s)`;
    return new EnvironmentError(this.where, `the study is run by ${who} already; ${wait}`);
  }
}
