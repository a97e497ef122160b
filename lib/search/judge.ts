import { EnvironmentError, FileError, messageOf } from "../errors";
import type { Outcome, Trial } from "./Trial";

/**
 * What an objective's work says about the params: its outcome, or why it failed.
 * @throws what the work throws if it says nothing about them, see `Study`.
 */
export async function judge(
  work: () => Outcome | Promise<Outcome>,
): Promise<Pick<Trial, "value" | "error" | "metrics" | "curves">> {
  try {
    const { value, metrics, curves } = await work();
    if (Number.isFinite(value)) return { value, metrics, curves };
    return { value: null, error: `value must be finite, got ${value}`, metrics, curves };
  } catch (error) {
    if (!isResult(error)) throw error;
    return { value: null, error: messageOf(error) };
  }
}

function isResult(error: unknown): boolean {
  const others = [FileError, EnvironmentError, TypeError, RangeError, ReferenceError, SyntaxError];
  return !others.some((kind) => error instanceof kind);
}
