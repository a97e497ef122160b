import type { ThreadData } from "../Platform";

const worker = globalThis as unknown as { onmessage: (event: { readonly data: ThreadData }) => void };

/** In a thread of the kernels: what it was started with, which comes as its first message. */
export function receiveThreadData(begin: (data: ThreadData) => void): void {
  worker.onmessage = ({ data }) => begin(data);
}
