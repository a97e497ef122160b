import { readFileSync } from "node:fs";
import { format } from "node:util";
import { widenVectors } from "../../workers/widenVectors";
import type { Connection } from "../wire";
import { CellExecutor } from "./CellExecutor";
import { KernelServer } from "./KernelServer";
import { settle } from "./settle";
import type { Watchdog } from "./Watchdog";

/** What a runner asks of the kernel beside the Jupyter protocol. */
export type RunnerRequest = { type: "connect"; connection: Connection } | { type: "settle" };

/**
 * Serves cells until it is told to end: tslab's own converter and executor behind a server of ours, with what a
 * training notebook needs besides: any amount of output, an interrupt that lets a training end with what it has, and
 * errors that name the user's own lines.
 * @param connectionFile left out if a runner sends the connection.
 */
export async function startKernel(watchdog: Watchdog, connectionFile: string | undefined): Promise<void> {
  process.setSourceMapsEnabled(true);
  try {
    const connection = connectionFile === undefined ? await sentByRunner() : readConnection(connectionFile);
    await widenVectors((sentence) => process.stderr.write(`${sentence}\n`));
    const executor = new CellExecutor(watchdog);
    const server = await KernelServer.listen(connection, executor);
    watchdog.listen(connection, {
      onInterrupt: () => executor.interrupt(),
      publish: (type, content, header) => server.publish(type, content, header),
    });
    server.announce();
  } catch (error) {
    process.stderr.write(`${format(error)}\n`);
    process.exit(1);
  }
}

function readConnection(file: string): Connection {
  return JSON.parse(readFileSync(file, "utf8"));
}

function sentByRunner(): Promise<Connection> {
  return new Promise((resolve) => {
    process.on("message", (request: RunnerRequest) => {
      if (request.type === "connect") resolve(request.connection);
      else settle();
    });
  });
}
