import { messageOf } from "../errors";
import { callersWatch } from "./callersWatch";

/** As a shell tells them: 128 and the signal's number. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 };
const checkMs = 200;

/** Why and when the command stops early: a signal came, those who wait for it have ended, or nobody reads its output. */
export class SignalStop {
  readonly #controller: AbortController = new AbortController();
  readonly #callersAreGone: () => boolean = callersWatch();
  readonly #reason: string;
  #exitCode = 0;

  /** @param reason what the person is told then. */
  constructor(reason: string) {
    this.#reason = reason;
    for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const)
      process.on(signal, () => this.#ask(signal));
    process.stdout.on("error", () => this.#ask("SIGPIPE"));
    process.stderr.on("error", () => this.#ask("SIGPIPE"));
    setInterval(() => this.#checkCallers(), checkMs).unref();
  }

  /** Is aborted when the command shall stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** 0 as long as nothing asks the command to stop. */
  get exitCode(): number {
    return this.#exitCode;
  }

  /** @throws the signal's reason if the command shall stop. */
  throwIfAsked(): void {
    this.#checkCallers();
    this.signal.throwIfAborted();
  }

  #checkCallers(): void {
    if (this.#callersAreGone()) this.#ask("SIGTERM");
  }

  #ask(signal: keyof typeof exitCodes): void {
    this.#exitCode ||= exitCodes[signal];
    this.#controller.abort(new Error(this.#reason));
  }
}

/**
 * Runs a command: its exit code is what `work` gives, 1 after an error, whose message is shown, or the shell's for the
 * signal that stopped it.
 * @param reason what the person is told after a signal.
 */
export async function runCommand(reason: string, work: (stop: SignalStop) => Promise<number>): Promise<void> {
  const stop = new SignalStop(reason);
  try {
    stop.throwIfAsked();
    process.exitCode = (await work(stop)) || stop.exitCode;
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = stop.exitCode || 1;
  }
}
