import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const COMMAND = join(__dirname, "../../lib/dist/search/queue/command.js");

/** Workers of a queue, each a process of its own, and what they said. */
export class QueueWorkers {
  readonly running: Set<ChildProcess> = new Set();
  readonly said: string[] = [];

  constructor(private readonly url: string) {}

  /** Starts one, whose lock lasts two seconds. */
  start(flags: readonly string[] = [], place: Pick<SpawnOptions, "cwd" | "env"> = {}): ChildProcess {
    const command = [COMMAND, this.url, "--parallel", "1", "--lock", "2", ...flags];
    const child = spawn(process.execPath, command, { ...place, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => this.said.push(text));
    }
    this.running.add(child);
    child.on("exit", () => this.running.delete(child));
    return child;
  }

  /** Waits until one has said so. */
  async heard(what: string): Promise<void> {
    while (!this.said.join("").includes(what)) await wait(20);
  }

  /** Ends all of them, as a cut of the power would. */
  async end(): Promise<void> {
    const ends = [...this.running].map((child) => once(child, "exit"));
    for (const child of this.running) child.kill("SIGKILL");
    await Promise.all(ends);
  }
}
