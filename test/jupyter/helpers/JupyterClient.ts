import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Dealer, Subscriber } from "zeromq";
import { type Content, decode, encode, type Message, newHeader } from "../../../lib/dist/jupyter/wire";

const launcher = resolve("lib/dist/jupyter/kernel/launcher.js");

/** Speaks to a kernel as Jupyter does: through a connection file, on all channels, several requests at once. */
export class JupyterClient {
  readonly process: ChildProcess;
  /** What came on the iopub channel: the number of the request, and its type or the state it tells. */
  readonly published: { request: string; what: string; content: Content }[] = [];
  readonly replies: Map<string, Message> = new Map();
  readonly #key = randomUUID();
  readonly #folder = mkdtempSync(join(tmpdir(), "scratch-nn-test-"));
  readonly #shell = new Dealer({ linger: 0 });
  readonly #control = new Dealer({ linger: 0 });
  readonly #iopub = new Subscriber({ linger: 0 });

  static async start(): Promise<JupyterClient> {
    const ports: number[] = [];
    for (let i = 0; i < 5; i++) ports.push(await freePort());
    const client = new JupyterClient(ports);
    while (client.published.length === 0) {
      client.send("kernel_info_request", {});
      await sleep(100);
    }
    await client.reply(client.send("kernel_info_request", {}));
    client.published.length = 0;
    return client;
  }

  private constructor([shell_port, iopub_port, control_port, stdin_port, hb_port]: number[]) {
    const ports = { shell_port, iopub_port, control_port, stdin_port, hb_port };
    const file = join(this.#folder, "kernel.json");
    writeFileSync(file, JSON.stringify({ ...ports, transport: "tcp", ip: "127.0.0.1", key: this.#key }));
    this.process = spawn(process.execPath, [launcher, file], { stdio: "ignore" });
    this.#iopub.subscribe();
    this.#iopub.connect(`tcp://127.0.0.1:${iopub_port}`);
    this.#shell.connect(`tcp://127.0.0.1:${shell_port}`);
    this.#control.connect(`tcp://127.0.0.1:${control_port}`);
    for (const socket of [this.#shell, this.#control]) this.#receive(socket);
    this.#listen();
  }

  /** @returns the request's id. */
  send(type: string, content: Content, channel: "shell" | "control" = "shell"): string {
    const header = newHeader(type, "test", "test");
    const socket = channel === "shell" ? this.#shell : this.#control;
    socket.send(encode({ identities: [], header, parent: undefined, content }, this.#key));
    return header.msg_id;
  }

  execute(code: string): string {
    return this.send("execute_request", { code, silent: false, store_history: true, stop_on_error: true });
  }

  /** Waits for the reply and for everything published before the request's idle. */
  async reply(id: string): Promise<Message> {
    for (;;) {
      const reply = this.replies.get(id);
      if (reply !== undefined && this.#isIdle(id)) return reply;
      await sleep(5);
    }
  }

  async close(): Promise<void> {
    for (const socket of [this.#shell, this.#control, this.#iopub]) socket.close();
    rmSync(this.#folder, { recursive: true });
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill("SIGKILL");
    await once(this.process, "exit");
  }

  #isIdle(id: string): boolean {
    return this.published.some(({ request, what }) => request === id && what === "idle");
  }

  async #receive(socket: Dealer): Promise<void> {
    for await (const frames of socket) {
      const message = decode(frames, this.#key);
      this.replies.set(message.parent?.msg_id ?? "", message);
    }
  }

  async #listen(): Promise<void> {
    for await (const frames of this.#iopub) {
      const { header, parent, content } = decode(frames, this.#key);
      const what = header.msg_type === "status" ? String(content.execution_state) : header.msg_type;
      this.published.push({ request: parent?.msg_id ?? "", what, content });
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
