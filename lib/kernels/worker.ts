/* A thread of the pool: takes parts of jobs, and sleeps when there has been none for a while. */
import { receiveThreadData } from "../platform/node/receiveThreadData";
import { instantiate } from "./instantiate";
import { type Job, LIMIT, MAX_ARGS, READY, SLEEPING, SPINS, STATE, takePart, WORDS } from "./job";
import type { DType, Kernels } from "./Kernels";

receiveThreadData((data) => {
  const { memory, words, args, thread } = data;
  const job: Job = {
    words: new Int32Array(memory.buffer, words, WORDS),
    args: new Float64Array(memory.buffer, args, MAX_ARGS),
  };
  const loaded: Partial<Record<DType, Kernels>> = {};
  const load = (dtype: DType): Kernels => {
    loaded[dtype] ??= instantiate(data[dtype], memory);
    return loaded[dtype];
  };

  Atomics.add(job.words, READY, 1);
  for (let spins = 0; ; ) {
    const state = Atomics.load(job.words, STATE);
    if (thread < Atomics.load(job.words, LIMIT) && takePart(job, thread, load)) {
      spins = 0;
    } else if (++spins >= SPINS) {
      Atomics.add(job.words, SLEEPING, 1);
      Atomics.wait(job.words, STATE, state);
      Atomics.sub(job.words, SLEEPING, 1);
    }
  }
});
