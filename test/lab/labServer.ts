import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { LabCommand } from "../../lib/jupyter/lab/labCommand";

const startSeconds = 90;

/** A Jupyter server on a free port, without a browser of its own. */
export class LabServer {
  readonly url: string;
  readonly token: string;
  readonly #process: ChildProcess;

  /** `command` says how it is started with such options; `environment` is that of the notebook besides. */
  static async start(
    root: string,
    python: string,
    command: (options: readonly string[]) => LabCommand,
    environment: Record<string, string>,
  ): Promise<LabServer> {
    const server = new LabServer(root, python, command, environment, await freePort());
    for (let waited = 0; waited < startSeconds; waited++) {
      if (await server.get("status").catch(() => undefined)) return server;
      await sleep(1000);
    }
    await server.stop();
    throw new Error(`Jupyter did not answer in ${startSeconds} s`);
  }

  private constructor(
    root: string,
    python: string,
    command: (options: readonly string[]) => LabCommand,
    environment: Record<string, string>,
    port: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    this.token = "check";
    const options = ["--no-browser", "--ServerApp.port_retries=0", "--ContentsManager.allow_hidden=True"];
    const identity = [`--ServerApp.port=${port}`, `--IdentityProvider.token=${this.token}`];
    const { args, environment: own } = command([...options, ...identity]);
    this.#process = spawn(python, args, {
      cwd: root,
      env: { ...own, ...environment },
      stdio: ["ignore", "ignore", "inherit"],
    });
  }

  async get(path: string): Promise<unknown> {
    const response = await fetch(`${this.url}/api/${path}?token=${this.token}`);
    return response.json();
  }

  /** Until a kernel runs that the browser is connected to; before, a run would ask which kernel to use. */
  async kernelIsReady(): Promise<void> {
    for (;;) {
      const sessions = (await this.get("sessions")) as {
        kernel: { execution_state: string; connections: number };
      }[];
      const kernel = sessions[0]?.kernel;
      if (kernel?.execution_state === "idle" && kernel.connections > 0) return;
      await sleep(200);
    }
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.kill("SIGTERM");
    await once(this.#process, "close");
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return address.port;
}
