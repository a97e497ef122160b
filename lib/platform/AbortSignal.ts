/**
 * JavaScript's AbortSignal. A program that has neither the DOM's types nor Node's sees the part that the library uses,
 * so that the types of the library need neither.
 */
export type AbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : {
      readonly aborted: boolean;
      addEventListener(type: "abort", listener: () => void): void;
      removeEventListener(type: "abort", listener: () => void): void;
    };
