import { EnvironmentError } from "scratch-nn";
import { expect } from "vitest";
import type { Blas } from "../../lib/dist/kernels/blas/Blas";
import { findBlas } from "../../lib/dist/kernels/blas/findBlas";

/**
 * The BLAS of this machine, or SCRATCH_NN_BLAS. Where there is none, undefined, after a check that the error lists
 * the places and how to get one.
 */
export function foundBlas(): Blas | undefined {
  try {
    return findBlas(process.env.SCRATCH_NN_BLAS || undefined);
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentError);
    expect((error as EnvironmentError).message).toMatch(
      /^backend "blas": a BLAS library must be there, found none; looked at: .+\. Get one with `.*pip\S* install scipy-openblas32`$/,
    );
    return undefined;
  }
}
