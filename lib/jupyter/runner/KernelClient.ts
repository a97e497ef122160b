import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Dealer, Subscriber } from "zeromq";
import { EnvironmentError } from "../../errors";
import type {
  KernelEnd,
  KernelReady,
  RunnerMessage,
  TrainingProgress,
  UnawaitedError,
} from "../../notebook/runnerChannel";
import type { RunnerRequest } from "../kernel/startKernel";
import { type Connection, type Content, decode, encode, type Message, newHeader } from "../wire";

/** Compiled, also where this runs from its source. */
const launcher = join(dirname(require.resolve("scratch-nn/package.json")), "dist/jupyter/kernel/launcher.js");
const startSeconds = 60;

export interface KernelOptions {
  /** The directory that the notebook's imports are relative to. */
  directory: string;
  /** Added to this process's environment. */
  environment: Readonly<Record<string, string>>;
  onProgress: (progress: TrainingProgress) => void;
  onUnawaited: (error: UnawaitedError) => void;
  /** Whatever is waited for ends with its reason when it is aborted. */
  signal?: AbortSignal;
}

export interface ExecuteResult {
  ok: boolean;
  executionCount: number;
}

/** The kernel's process ended by itself. */
export class KernelDeath extends EnvironmentError {}

/** A tslab kernel in a process of its own, spoken to as Jupyter does. */
export class KernelClient {
  readonly #process: ChildProcess;
  readonly #session: string = randomUUID();
  readonly #key: string = randomUUID();
  readonly #shell: Dealer = new Dealer({ linger: 0 });
  readonly #iopub: Subscriber = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  /** Rejects when there is nothing to wait for any more. */
  readonly #ended: Promise<never>;
  #errorText = "";
  #closed = false;
  #onMessage: (message: Message) => void = () => {};
  /** The kernel's description of its language, as a notebook's metadata holds it. */
  languageInfo: unknown;

  /** @throws EnvironmentError if the kernel does not start. */
  static async start(options: KernelOptions): Promise<KernelClient> {
    options.signal?.throwIfAborted();
    const kernel = new KernelClient(options);
    try {
      await kernel.#connect();
      return kernel;
    } catch (error) {
      await kernel.close();
      throw error;
    }
  }

  private constructor({ directory, environment, onProgress, onUnawaited, signal }: KernelOptions) {
    this.#process = spawn(process.execPath, [launcher], {
      cwd: directory,
      env: { ...process.env, ...environment, SCRATCH_NN_RUNNER: String(process.pid) },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#process.stderr?.on("data", (data: Buffer) => {
      this.#errorText = (this.#errorText + data).slice(-4000);
    });
    this.#process.on("message", (message: RunnerMessage) => {
      if (message.type === "progress") onProgress(message);
      else if (message.type === "unawaited") onUnawaited(message);
    });
    this.#ended = new Promise((_, reject) => {
      this.#process.once("error", reject);
      this.#process.once("close", (code, signal) => {
        const how = signal ?? `exit code ${code}`;
        reject(new KernelDeath("kernel", `ended unexpectedly (${how})${this.#lastWords()}`));
      });
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    this.#ended.catch(() => {});
    this.#ask({ type: "connect", connection: anyPort(this.#key) });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /**
   * Runs a cell. `onOutput` gets its `stream`, `display_data` and `update_display_data` messages, in order.
   * @throws EnvironmentError if the kernel ends meanwhile.
   */
  async execute(code: string, onOutput: (type: string, content: Content) => void): Promise<ExecuteResult> {
    const request = { code, silent: false, store_history: true, user_expressions: {}, stop_on_error: true };
    const reply = await this.#request("execute_request", request, onOutput);
    return { ok: reply.status === "ok", executionCount: Number(reply.execution_count) };
  }

  /** What JupyterLab's Interrupt does. */
  interrupt(): void {
    this.#process.kill("SIGINT");
  }

  /** Waits a moment for what cells left behind without awaiting it. */
  async settle(): Promise<KernelEnd> {
    this.#ask({ type: "settle" });
    return this.#orEnd(this.#told("settled"));
  }

  /** Kills the kernel. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#shell.close();
    this.#iopub.close();
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const closed = once(this.#process, "close");
    this.#process.kill("SIGKILL");
    await closed;
  }

  async #connect(): Promise<void> {
    const { shell, iopub } = await this.#orEnd(this.#ready());
    this.#iopub.subscribe();
    this.#iopub.connect(iopub);
    this.#shell.connect(shell);
    this.#receive(this.#shell);
    this.#receive(this.#iopub);
    await this.#subscribed();
    const info = await this.#request("kernel_info_request", {}, () => {});
    this.languageInfo = info.language_info;
  }

  async #ready(): Promise<KernelReady> {
    const tooLate = setTimeout(startSeconds * 1000, undefined, { ref: false });
    const ready = await Promise.race([this.#told("ready"), tooLate]);
    if (ready !== undefined) return ready;
    throw new EnvironmentError("kernel", `did not start in ${startSeconds} s${this.#lastWords()}`);
  }

  #told<Type extends RunnerMessage["type"]>(type: Type): Promise<Extract<RunnerMessage, { type: Type }>> {
    return new Promise((resolve) => {
      const listen = (message: RunnerMessage): void => {
        if (!isOfType(message, type)) return;
        this.#process.off("message", listen);
        resolve(message);
      };
      this.#process.on("message", listen);
    });
  }

  /** A kernel that has just ended is not there to be asked; `#ended` tells so. */
  #ask(request: RunnerRequest): void {
    this.#process.send(request, () => {});
  }

  /** A subscription takes a moment to reach the publisher; what is published before is lost. */
  async #subscribed(): Promise<void> {
    let subscribed = false;
    this.#onMessage = ({ header }) => {
      if (header.msg_type === "status") subscribed = true;
    };
    const isSubscribed = (): boolean => subscribed;
    while (!isSubscribed()) {
      await this.#send(randomUUID(), "kernel_info_request", {});
      await this.#orEnd(setTimeout(20));
    }
  }

  /** Sends a request and waits for its reply and for the last of its outputs. */
  async #request(
    type: string,
    content: Content,
    onOutput: (type: string, content: Content) => void,
  ): Promise<Content> {
    const id = randomUUID();
    const done = new Promise<Content>((resolve) => {
      let reply: Content | undefined;
      let idle = false;
      this.#onMessage = ({ header, parent, content }) => {
        if (parent?.msg_id !== id) {
          if (header.msg_type === "update_display_data") onOutput(header.msg_type, content);
          return;
        }
        if (header.msg_type.endsWith("_reply")) reply = content;
        else if (header.msg_type === "status") idle = content.execution_state === "idle";
        else onOutput(header.msg_type, content);
        if (reply !== undefined && idle) resolve(reply);
      };
    });
    await this.#send(id, type, content);
    return this.#orEnd(done);
  }

  async #send(id: string, type: string, content: Content): Promise<void> {
    const header = { ...newHeader(type, this.#session, "scratch-nn"), msg_id: id };
    await this.#shell.send(encode({ identities: [], header, parent: undefined, content }, this.#key));
  }

  async #receive(socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket) this.#onMessage(decode(frames, this.#key));
  }

  #orEnd<Result>(work: Promise<Result>): Promise<Result> {
    return Promise.race([work, this.#ended]);
  }

  #lastWords(): string {
    const text = this.#errorText.trim();
    return text === "" ? "" : `:\n${text}`;
  }
}

function isOfType<Type extends RunnerMessage["type"]>(
  message: RunnerMessage,
  type: Type,
): message is Extract<RunnerMessage, { type: Type }> {
  return message.type === type;
}

/** Leaves the choice of ports to the kernel, so that no two kernels want the same one. */
function anyPort(key: string): Connection {
  const ports = { shell_port: 0, iopub_port: 0, stdin_port: 0, control_port: 0, hb_port: 0 };
  return { ...ports, transport: "tcp", ip: "127.0.0.1", key };
}
