import { setVectorBits } from "../kernels/engine";
import { reloadKernels } from "../kernels/load";
import { platform } from "../platform/node/platform";

const VARIABLE = "SCRATCH_NN_SIMD";
/** So often the trainings are repeated: V8 joins vectors where it optimises, and it optimises what runs often. */
const ROUNDS = 4;

/**
 * Lets this process compute with vectors of 256 bits where Node.js and the processor have them and nobody has chosen
 * (SCRATCH_NN_SIMD). It is for processes that are this project's own, as V8 calls it an experiment and the choice holds
 * for all WebAssembly in them. So it is tried first: where small trainings through every kernel give other bits than with
 * 128, these stay. Threads and processes started later do the same. Takes half a second; nothing where it is not possible.
 * @param warn is told where the bits differ.
 */
export async function widenVectors(warn: (sentence: string) => void): Promise<void> {
  if (process.env[VARIABLE] || !platform.hasWideVectors()) return;
  const { numericsDigest } = await import("./numericsDigest.js");
  const expected = await numericsDigest();
  choose(256);
  for (let round = 0; round < ROUNDS; round++) {
    const digest = await numericsDigest();
    if (digest === expected) continue;
    choose(128);
    warn(`vectors of 256 bits gave ${digest}, those of 128 ${expected}; 128 are used (${process.version})`);
    return;
  }
}

function choose(bits: 128 | 256): void {
  setVectorBits(bits);
  reloadKernels();
  process.env[VARIABLE] = `${bits}`;
}
