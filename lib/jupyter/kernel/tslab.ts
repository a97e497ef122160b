/**
 * The parts of tslab the kernel is built from. Their types are written out because tslab's own declarations bring a
 * second, older `@types/node` into the program.
 */
import type { Publisher, Router } from "zeromq";

export interface Converter {
  convert(declarations: string, source: string): { output?: string; hasToplevelAwait?: boolean };
  close(): void;
}

export interface Executor {
  execute(source: string): Promise<boolean>;
  /** Rejects the promise of the cell that is running. */
  interrupt(): void;
}

export interface ExecuteRequest {
  code: string;
}

export interface ExecuteReply {
  status: string;
  execution_count?: number;
}

export type WriteStream = (name: "stdout" | "stderr", text: string) => void;
export type WriteDisplayData = (data: object, update: boolean) => void;

export interface JupyterHandler {
  handleExecute(
    request: ExecuteRequest,
    writeStream: WriteStream,
    writeDisplayData: WriteDisplayData,
  ): Promise<ExecuteReply>;
}

export interface ZmqServer {
  connInfo: { transport: string; ip: string };
  shell: Router;
  iopub: Publisher;
  bindSocket(socket: Router | Publisher, port: number): Promise<void>;
  init(): Promise<void>;
}

interface Modules {
  converter: { createConverter(options: { isJS: boolean; isBrowser: boolean }): Converter };
  executor: {
    createExecutor(
      directory: string,
      converters: { node: Converter; browser: Converter; close(): void },
      console: { log(...values: unknown[]): void; error(first: unknown, ...rest: unknown[]): void },
    ): Executor;
  };
  jupyter: {
    JupyterHandlerImpl: new (executor: Executor, isJavaScript: boolean) => JupyterHandler;
    ZmqServer: new (handler: JupyterHandler, connectionFile: string) => ZmqServer;
  };
}

export function tslab<Name extends keyof Modules>(name: Name): Modules[Name] {
  return require(`tslab/dist/${name}`) as Modules[Name];
}
