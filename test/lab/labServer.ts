import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { labCommand } from "../../lib/jupyter/lab/labCommand";
import { virtualEnvironment } from "../../lib/jupyter/lab/virtualEnvironment";

const startSeconds = 90;

/** The JupyterLab that `npm run lab` starts, on a free port and without a browser of its own. */
export class LabServer {
  readonly url: string;
  readonly token: string;
  readonly #process: ChildProcess;

  static async start(
    root: string,
    notebook: string,
    environment: Record<string, string>,
  ): Promise<LabServer> {
    const python = await virtualEnvironment(root, console.log, new AbortController().signal);
    const server = new LabServer(root, notebook, environment, python, await freePort());
    for (let waited = 0; waited < startSeconds; waited++) {
      if (await server.get("status").catch(() => undefined)) return server;
      await sleep(1000);
    }
    await server.stop();
    throw new Error(`JupyterLab did not answer in ${startSeconds} s`);
  }

  private constructor(
    root: string,
    notebook: string,
    environment: Record<string, string>,
    python: string,
    port: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    this.token = "check";
    const options = ["--no-browser", "--ServerApp.port_retries=0", "--ContentsManager.allow_hidden=True"];
    const identity = [`--ServerApp.port=${port}`, `--IdentityProvider.token=${this.token}`];
    const lab = labCommand(root, [...options, ...identity, notebook]);
    this.#process = spawn(python, lab.args, {
      cwd: root,
      env: { ...lab.environment, ...environment },
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
