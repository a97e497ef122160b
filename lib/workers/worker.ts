/* A worker of `WorkerPool`: does one task after the other, on one thread. */
import type { MessagePort } from "node:worker_threads";
import type { Dataset } from "../datasets/Dataset";
import { setThreads } from "../kernels/threads";
import { loadExport, type ModuleExport } from "./loadExport";
import type { Task } from "./Task";

export interface Order {
  readonly task: ModuleExport;
  readonly input: unknown;
  readonly data: Readonly<Record<string, SharedDataset>>;
  readonly port: MessagePort;
}

/** A dataset and the number by which the pool knows it. */
export interface SharedDataset {
  readonly id: number;
  readonly dataset: Dataset;
}

/** What a worker says while it works: something of the task's own, or that it has ended. */
export type WorkerMessage = { readonly report: unknown } | { readonly done: true };

/** How a task ended. The class of an error does not survive the way to another thread, hence its name. */
export type Answer = { readonly result: unknown } | { readonly error: Error; readonly name: string };

setThreads(1);

/** Those of the last task: the kernels know what they have found out about them by the object. */
let datasets: ReadonlyMap<number, Dataset> = new Map();

export default async function work({ task, input, data, port }: Order): Promise<Answer> {
  const say = (message: WorkerMessage): void => port.postMessage(message);
  try {
    const run = (await loadExport(task)) as Task<unknown, unknown>;
    const named = Object.entries(data).map(
      ([name, { id, dataset }]) => [name, id, datasets.get(id) ?? dataset] as const,
    );
    datasets = new Map(named.map(([, id, dataset]) => [id, dataset]));
    const context = {
      data: Object.fromEntries(named.map(([name, , dataset]) => [name, dataset])),
      report: (report: unknown) => say({ report }),
    };
    return { result: await run(input, context) };
  } catch (reason) {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    return { error, name: error.name };
  } finally {
    say({ done: true });
    port.close();
  }
}
