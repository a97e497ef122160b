import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Reply, Request } from "./protocol";

/** A program that speaks `protocol.ts`: it stays alive and does nothing until it is asked. */
export class Program {
  readonly name: string;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private stderr = "";
  private failure = "";

  private constructor(
    name: string,
    command: string,
    args: readonly string[],
    environment: NodeJS.ProcessEnv,
  ) {
    this.name = name;
    this.child = spawn(command, args, { env: { ...process.env, ...environment } });
    this.child.on("error", (error) => {
      this.failure = error.message;
    });
    this.child.stdin.on("error", () => {
      // It has ended; `next` says why.
    });
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr = (this.stderr + text).slice(-4000);
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts it and waits until it is ready. @throws Error with what it said last if it ends before. */
  static async start(
    name: string,
    command: string,
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
  ): Promise<Program> {
    const program = new Program(name, command, args, environment);
    await program.next();
    return program;
  }

  /** @throws Error with what it said last if it ends instead. */
  async ask(request: Request): Promise<Reply> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.next();
  }

  /** Ends it. */
  stop(): void {
    this.child.stdin.end();
    this.child.kill();
  }

  private async next(): Promise<Reply> {
    const { value, done } = await this.lines.next();
    if (!done) return JSON.parse(value) as Reply;
    await new Promise((resolve) => {
      if (this.child.stderr.closed) resolve(undefined);
      else this.child.stderr.once("close", resolve);
    });
    const said = this.stderr.split("\n").filter((line) => /^\w*Error\b/.test(line));
    throw new Error(
      this.failure || said.at(-1) || this.stderr.trim().split("\n").at(-1) || "it ended without a word",
    );
  }
}
