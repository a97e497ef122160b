/** The part of a browser's globals that its side uses; Node's types leave it out. */
export interface BrowserGlobals {
  readonly crossOriginIsolated?: boolean;
  readonly document?: object;
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly Blob: new (parts: readonly string[], options: { readonly type: string }) => object;
  readonly URL: { createObjectURL(blob: object): string };
  readonly Worker: new (url: string) => { onerror: (() => void) | null; postMessage(data: object): void };
  readonly MessageChannel: new () => { readonly port1: Port; readonly port2: Port };
}

interface Port {
  onmessage: (() => void) | null;
  postMessage(data: unknown): void;
  close(): void;
}
