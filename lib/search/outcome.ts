import { inWords } from "../checks";
import { ArgumentError, DivergenceError } from "../errors";
import { notPlain } from "../plain";
import type { Outcome, Trial } from "./Trial";

/**
 * Thrown by an objective that cannot judge the params because they do not work: `throw new TrialFailed("too large for
 * the memory")`. The trial is recorded as failed with the reason, and the study goes on.
 */
export class TrialFailed extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "TrialFailed";
  }
}

/** What a trial keeps of its objective. */
export type Judged = Pick<Trial, "value" | "error" | "metrics" | "curves" | "numerics">;

/**
 * What an objective's work says about the params: its outcome, or why they failed.
 * @throws ArgumentError from `where` if the work gives no `Outcome`; what the work throws, unless it is that the params
 * do not work: DivergenceError or TrialFailed.
 */
export async function outcomeOf(where: string, work: () => unknown): Promise<Judged> {
  let outcome: unknown;
  try {
    outcome = await work();
  } catch (error) {
    if (!(error instanceof DivergenceError || error instanceof TrialFailed)) throw error;
    return { value: null, error: error.message };
  }
  const { value, metrics, curves } = checkOutcome(where, outcome);
  const kept = { ...(metrics && { metrics }), ...(curves && { curves: curvesOf(curves) }) };
  if (Number.isFinite(value)) return { value, ...kept };
  return { value: null, error: `value must be finite, got ${value}`, ...kept };
}

function checkOutcome(where: string, outcome: unknown): Outcome {
  const refuse = (problem: string): never => {
    throw new ArgumentError(where, problem);
  };
  const form =
    "it must return { value: a number, metrics?: plain data by name, curves?: lists of numbers by name }";
  if (typeof outcome === "number") refuse(`${form}, got ${outcome}; write return { value: ${outcome} }`);
  if (typeof outcome !== "object" || outcome === null) refuse(`${form}, got ${inWords(outcome)}`);
  const { value, metrics, curves, ...others } = outcome as Outcome & Record<string, unknown>;
  if (typeof value !== "number") {
    refuse(
      value === undefined
        ? `${form}, got ${inWords(outcome)}`
        : `value must be a number, got ${inWords(value)}`,
    );
  }
  const [other] = Object.keys(others);
  if (other !== undefined)
    refuse(`${form}, got ${other} too; what else is worth keeping belongs into metrics`);
  if (metrics !== undefined) {
    const wrong = notPlain(metrics);
    if (wrong) refuse(`metrics${wrong[0]} must be plain data, as JSON can hold it, got ${inWords(wrong[1])}`);
    if (!isRecord(metrics)) refuse(`metrics must be plain data by name, got ${inWords(metrics)}`);
  }
  if (curves === undefined) return { value, ...(metrics && { metrics }) };
  if (!isRecord(curves)) refuse(`curves must be lists of numbers by name, got ${inWords(curves)}`);
  for (const [name, curve] of Object.entries(curves)) {
    const numbers = listOf(curve);
    if (numbers?.every((number) => number === null || typeof number === "number")) continue;
    refuse(`curves.${name} must be a list of numbers, got ${inWords(curve)}`);
  }
  return { value, ...(metrics && { metrics }), curves };
}

/** What is not finite becomes null. */
function curvesOf(curves: NonNullable<Outcome["curves"]>): NonNullable<Trial["curves"]> {
  return Object.fromEntries(
    Object.entries(curves).map(([name, curve]) => [
      name,
      Array.from(curve, (number) => (Number.isFinite(number) ? number : null)),
    ]),
  );
}

function listOf(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return value instanceof Float32Array || value instanceof Float64Array ? Array.from(value) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
