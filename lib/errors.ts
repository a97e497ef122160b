/**
 * Every error the library raises on purpose has one form: where, what must be, what came.
 * `Linear.forward: x must be [N, 784], got [64, 28, 28]`
 */
export class ScratchError extends Error {
  constructor(where: string, problem: string) {
    super(`${where}: ${problem}`);
    this.name = new.target.name;
    if (this.stack !== undefined) this.stack = withoutInternals(this.stack);
  }
}

/** A tensor of the wrong shape or dtype. */
export class ShapeError extends ScratchError {}

/** An argument or option outside its domain. */
export class ArgumentError extends ScratchError {}

/** A training whose loss, gradients or weights are no longer finite: the hyperparameters do not work. */
export class DivergenceError extends ScratchError {}

/** A file that is missing, truncated or not what its name says. */
export class FileError extends ScratchError {}

/** The environment lacks something: memory, a compiled kernel, a native library. */
export class EnvironmentError extends ScratchError {}

/** What was thrown, in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Keeps the frames a notebook's reader can act on: their cells and this library. */
function withoutInternals(stack: string): string {
  return stack
    .split("\n")
    .filter((line) => !/\(?node:|[\\/]node_modules[\\/](?!scratch-nn[\\/])/.test(line))
    .join("\n");
}
