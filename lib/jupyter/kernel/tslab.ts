import type { Inspect, QuickInfo } from "./inspectCall";

/**
 * The parts of tslab the kernel is built from. Their types are written out because tslab's own declarations bring a
 * second, older `@types/node` into the program.
 */
export interface Position {
  offset: number;
  line: number;
  character: number;
}

export interface Diagnostic {
  start: Position;
  /** Left out if it is in the cell itself. */
  fileName?: string;
}

export interface Conversion {
  output?: string;
  hasToplevelAwait?: boolean;
  diagnostics: Diagnostic[];
}

export interface Converter {
  convert(declarations: string, source: string): Conversion;
  close(): void;
}

export interface Executor {
  execute(source: string): Promise<boolean>;
  inspect: Inspect;
  complete(source: string, position: number): { start: number; end: number; candidates: string[] };
  /** Rejects the promise of the cell that is running. */
  interrupt(): void;
}

export type WriteDisplayData = (content: Readonly<Record<string, unknown>>, update: boolean) => void;

interface Modules {
  converter: {
    createConverter(options: { isJS: boolean; isBrowser: boolean }): Converter;
    isCompleteCode(source: string): { completed: boolean; indent?: string };
  };
  executor: {
    createExecutor(
      directory: string,
      converters: { node: Converter; browser: Converter; close(): void },
      console: { log(...values: unknown[]): void; error(first: unknown, ...rest: unknown[]): void },
    ): Executor;
  };
  inspect: { printQuickInfo(info: QuickInfo): string };
  /** `display` of tslab and of this library sends through the function that stands here. */
  jupyter: { lastWriteDisplayData: WriteDisplayData | null };
}

export function tslab<Name extends keyof Modules>(name: Name): Modules[Name] {
  return require(`tslab/dist/${name}`) as Modules[Name];
}
