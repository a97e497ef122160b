import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";

/** Whether there is a redis-server to test with. Where SCRATCH_NN_REDIS=1, as in .ci/run, there has to be. */
export function hasRedis(): boolean {
  const found = spawnSync("redis-server", ["--version"]).status === 0;
  if (!found && process.env.SCRATCH_NN_REDIS === "1")
    throw new Error("no redis-server, which CI has to have");
  if (!found) console.warn("no redis-server: the tests of the queue are left out");
  return found;
}

/** A redis-server of a test's own, on loopback and a free port, with its data in a temporary folder. */
export class RedisServer {
  readonly url: string;
  readonly #folder: string = mkdtempSync(join(tmpdir(), "redis-"));
  #process: ChildProcess | undefined;

  private constructor(readonly port: number) {
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.start();
    return server;
  }

  /** Starts it, with the data that it had. */
  async start(): Promise<void> {
    const flags = ["--bind", "127.0.0.1", "--dir", this.#folder, "--save", "", "--appendonly", "yes"];
    const more = ["--appendfsync", "everysec", "--maxmemory-policy", "noeviction"];
    const command = ["--port", String(this.port), ...flags, ...more];
    this.#process = spawn("redis-server", command, { stdio: "ignore" });
    const client = new Redis(this.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
    client.on("error", () => {});
    await client.ping();
    client.disconnect();
  }

  /** Ends it, by default as a crash would. */
  async stop(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null) return;
    running.kill(signal);
    await once(running, "exit");
  }

  /** A stop for so many seconds, after which it goes on with what it had. */
  async pause(seconds: number): Promise<void> {
    this.#process?.kill("SIGSTOP");
    await wait(seconds * 1000);
    this.#process?.kill("SIGCONT");
  }

  async flush(): Promise<void> {
    const client = new Redis(this.url);
    await client.flushall();
    client.disconnect();
  }

  async keys(): Promise<string[]> {
    const client = new Redis(this.url);
    const keys = await client.keys("*");
    client.disconnect();
    return keys.sort();
  }

  /** Ends it and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}
