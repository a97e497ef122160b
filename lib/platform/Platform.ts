import type { AbortSignal } from "./AbortSignal";
/** What a thread of the kernels begins with. */
export interface ThreadData {
  readonly memory: WebAssembly.Memory;
  /** Where the job lies in the memory; see `Job`. */
  readonly words: number;
  readonly args: number;
  /** Its number; the caller's thread is 0. */
  readonly thread: number;
  /** The compiled kernels that this engine can read. */
  readonly float32: Uint8Array;
  readonly float64: Uint8Array;
}

/**
 * What the library asks of the place it runs in: all that Node.js and a browser do differently. Each has its side, in
 * `node/` and `browser/`; the build for the browser puts the one in the other's place.
 */
export interface Platform {
  /** An environment variable; undefined where there are none. */
  variable(name: string): string | undefined;
  /** How many threads can work at the same time. */
  processors(): number;
  /** Whether this thread may wait for another one asleep; that of a page must not. */
  readonly maySleep: boolean;
  /** Lets the event loop run once. */
  turn(): Promise<void>;
  /** Calls back once on Ctrl-C. Returns what takes that back. */
  onSignal(callback: () => void): () => void;
  /** Any number of listeners may wait for the signal, without a warning. */
  allowListeners(signal: AbortSignal): void;
  /** Starts a thread that keeps nothing alive and runs a script. @throws Error where none can be started. */
  startThread(script: string, data: ThreadData, onError: () => void): void;
  /** What the thread that started this one left under a name; undefined if nothing. */
  inherited(name: string): unknown;
  /** Leaves plain data to the threads that are started from now on. */
  bequeath(name: string, value: unknown): void;
  /** Asks the engine for relaxed SIMD, where it has to be asked. */
  allowRelaxedSimd(): void;
  /** Whether the engine and the processor are known to have vectors of 256 bits. */
  hasWideVectors(): boolean;
  /** Asks the engine for vectors of 256 bits, or no longer. @throws EnvironmentError where it has none. */
  widenVectors(wide: boolean): void;
  /** Collects garbage now, so that weak references to what nobody holds are empty, where that can be asked for. */
  collectGarbage(): void;
  /** Whether two arrays hold the same bytes, as fast as the memory can be read. */
  sameBytes(a: Uint8Array, b: Uint8Array): boolean;
  /** The bytes that were deflated (RFC 1951) and written in base64. */
  inflate(text: string): Uint8Array;
  /** Where the compiled package lies; not where a bundler has taken it apart. */
  readonly packageFolder: string;
  /** @throws EnvironmentError for what only Node.js has: files, processes, native libraries. */
  expectNode(where: string): void;
}
