import { Publisher, Router } from "zeromq";
import { hasRunner, sendToRunner } from "../../notebook/runnerChannel";
import { turn } from "../../platform/turn";
import {
  address,
  answerTo,
  type Connection,
  type Content,
  decode,
  encode,
  type Header,
  type Message,
} from "../wire";
import type { CellExecutor } from "./CellExecutor";
import { CellOutput } from "./CellOutput";
import { kernelInfo } from "./kernelInfo";

const protocolError = "the kernel could not answer";

/**
 * The kernel's side of the Jupyter protocol on the shell channel: one request after the other, each between its own
 * *busy* and *idle*. A cell that fails aborts the cells that are queued when it does; what comes later runs.
 */
export class KernelServer {
  readonly #connection: Connection;
  readonly #executor: CellExecutor;
  readonly #shell: Router = new Router({ linger: 0, ...unlimited });
  readonly #iopub: Publisher = new Publisher({ linger: 0, ...unlimited });
  readonly #stdin: Router = new Router({ linger: 0 });
  readonly #queue: Message[] = [];
  readonly #aborted: WeakSet<Message> = new WeakSet();
  #working = false;
  #executionCount = 0;

  static async listen(connection: Connection, executor: CellExecutor): Promise<KernelServer> {
    const server = new KernelServer(connection, executor);
    await server.#bind();
    server.#receive();
    return server;
  }

  private constructor(connection: Connection, executor: CellExecutor) {
    this.#connection = connection;
    this.#executor = executor;
  }

  /** Tells a runner where the kernel listens, and everybody that it is there. */
  announce(): void {
    sendToRunner({
      type: "ready",
      shell: this.#shell.lastEndpoint ?? "",
      iopub: this.#iopub.lastEndpoint ?? "",
    });
  }

  publish(type: string, content: Content, header: Header): void {
    const request: Message = { identities: [], header, parent: undefined, content: {} };
    this.#iopub.send(encode(answerTo(request, type, content), this.#connection.key));
  }

  async #bind(): Promise<void> {
    const { shell_port, iopub_port, stdin_port } = this.#connection;
    await Promise.all([
      this.#shell.bind(address(this.#connection, shell_port)),
      this.#iopub.bind(address(this.#connection, iopub_port)),
      this.#stdin.bind(address(this.#connection, stdin_port)),
    ]);
  }

  async #receive(): Promise<void> {
    for await (const frames of this.#shell) {
      try {
        this.#queue.push(decode(frames, this.#connection.key));
        this.#work();
      } catch (error) {
        console.error(error instanceof Error ? error.message : error);
      }
    }
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let request = this.#queue.shift(); request !== undefined; request = this.#queue.shift()) {
      this.publish("status", { execution_state: "busy" }, request.header);
      try {
        await this.#answer(request);
      } catch (error) {
        console.error(`${request.header.msg_type}: ${protocolError}:`, error);
      }
      this.publish("status", { execution_state: "idle" }, request.header);
    }
    this.#working = false;
  }

  async #answer(request: Message): Promise<void> {
    const { content } = request;
    const code = String(content.code ?? "");
    const cursor = Number(content.cursor_pos ?? code.length);
    switch (request.header.msg_type) {
      case "execute_request":
        return this.#execute(request, code);
      case "kernel_info_request":
        return this.#reply(request, kernelInfo);
      case "is_complete_request":
        return this.#reply(request, this.#executor.isComplete(code));
      case "inspect_request":
        return this.#reply(request, this.#executor.inspect(code, cursor));
      case "complete_request":
        return this.#reply(request, this.#executor.complete(code, cursor));
      case "history_request":
        return this.#reply(request, { status: "ok", history: [] });
      case "comm_info_request":
        return this.#reply(request, { status: "ok", comms: {} });
      case "comm_open":
        // Nobody here knows the target, whichever it is.
        return this.publish("comm_close", { comm_id: content.comm_id, data: {} }, request.header);
      case "shutdown_request":
        this.#reply(request, { status: "ok", restart: content.restart === true });
        setTimeout(() => process.exit(0), lastWordsMs);
    }
  }

  #reply(request: Message, content: Content): void {
    const type = request.header.msg_type.replace(/request$/, "reply");
    this.#shell.send(encode(answerTo(request, type, content), this.#connection.key));
  }

  async #execute(request: Message, code: string): Promise<void> {
    if (this.#aborted.has(request)) {
      return this.#reply(request, { status: "aborted", execution_count: this.#executionCount });
    }
    const { silent = false, stop_on_error = true } = request.content;
    if (!silent) this.#executionCount++;
    const execution_count = this.#executionCount;
    if (!silent) this.publish("execute_input", { code, execution_count }, request.header);
    const publish = (type: string, content: Content): void => this.publish(type, content, request.header);
    const output = new CellOutput(publish, !silent && !hasRunner());
    const failure = await this.#executor.execute(code, execution_count, output);
    if (failure === undefined) {
      return this.#reply(request, { status: "ok", execution_count, user_expressions: {}, payload: [] });
    }
    this.publish("error", { ...failure }, request.header);
    if (stop_on_error) await this.#abortQueue();
    this.#reply(request, { status: "error", execution_count, ...failure });
  }

  /** Cells that came while another one kept the event loop busy are still to be read. */
  async #abortQueue(): Promise<void> {
    for (let known = -1; known !== this.#queue.length; ) {
      known = this.#queue.length;
      await turn();
      await turn();
    }
    for (const request of this.#queue) this.#aborted.add(request);
  }
}

/** How long the reply to a shutdown has to leave. */
const lastWordsMs = 50;

/**
 * By default zeromq drops what is over 1,000 waiting messages, and its Node binding refuses more than 512 sends in a
 * turn of the event loop. With no limit to the queue, and sends that never wait, every message leaves.
 */
const unlimited = { sendHighWaterMark: 0, sendTimeout: 0 };
