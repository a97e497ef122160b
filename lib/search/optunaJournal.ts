import { existsSync, readFileSync } from "node:fs";
import { FileError } from "../errors";
import type { Plain } from "../plain";
import { writeAtomically } from "../platform/files";
import { type Dimension, distribution } from "./dimension";
import type { Space } from "./space";
import type { Direction, Trial } from "./Trial";

/** What of a study Optuna can read. */
interface Told {
  readonly name: string;
  readonly direction: Direction;
  readonly space: Space;
  readonly trials: readonly Trial[];
}

/** Optuna's numbers for what a line does, and for how a trial ended. */
const CREATE_STUDY = 0;
const CREATE_TRIAL = 4;
const COMPLETE = 1;
const FAILED = 3;
const WRITER = { worker_id: "scratch-nn" };
/** Our journals tell no times. */
const TIME = "1970-01-01T00:00:00.000000+00:00";

/**
 * Writes a study as a journal of Optuna: JSON lines, one for the study, then one for every trial.
 * @throws FileError if the file cannot be written, or holds what this function has not written.
 */
export function writeOptunaJournal(path: string, study: Told): void {
  if (existsSync(path)) {
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    const stranger = lines.findIndex((line) => !line.includes(JSON.stringify(WRITER).slice(1, -1)));
    if (stranger >= 0) {
      throw new FileError(path, `line ${stranger + 1} is not this library's; name another file`);
    }
  }
  const directions = [study.direction === "minimize" ? 1 : 2];
  const head = { op_code: CREATE_STUDY, ...WRITER, study_name: study.name, directions };
  const lines = [head, ...study.trials.map((trial, i) => trialLine(trial, i, study.space))];
  writeAtomically(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

function trialLine(trial: Trial, place: number, space: Space): object {
  const { number, params, value, budget, error, metrics } = trial;
  const [reported, others] = curvesOf(trial);
  const map = <T>(of: (dimension: Dimension, name: string) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(space).map(([name, dimension]) => [name, of(dimension, name)]));
  return {
    op_code: CREATE_TRIAL,
    ...WRITER,
    study_id: 0,
    datetime_start: TIME,
    datetime_complete: TIME,
    state: value === null ? FAILED : COMPLETE,
    value,
    values: null,
    // Of a choice its place in the list.
    params: map((dimension, name) =>
      dimension.kind === "choice" ? distribution(dimension).position(params[name]!) : params[name]!,
    ),
    distributions: map((dimension) => JSON.stringify(distributionOf(dimension))),
    user_attrs: {
      ...metrics,
      ...others,
      ...(budget !== undefined && { budget }),
      ...(error !== undefined && { error }),
      // Optuna numbers trials as they come.
      ...(number !== place && { number }),
    },
    system_attrs: {},
    intermediate_values: reported,
  };
}

function distributionOf(dimension: Dimension): object {
  if (dimension.kind === "choice") {
    return { name: "CategoricalDistribution", attributes: { choices: dimension.values.map(scalar) } };
  }
  const { low, high } = dimension;
  const { whole, logarithmic } = distribution(dimension);
  const name = whole ? "IntDistribution" : "FloatDistribution";
  return { name, attributes: { low, high, log: logarithmic, step: whole ? 1 : null } };
}

/** Optuna's choices are no lists or objects: those become their JSON. */
function scalar(value: Plain): Plain {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

/** The curve that ends at the trial's value (else the first), by epoch, and the others by name. Gaps are left out. */
function curvesOf({ value, curves = {} }: Trial): [Record<string, number>, Record<string, Plain>] {
  const names = Object.keys(curves);
  const name = names.find((candidate) => curves[candidate]!.at(-1) === value) ?? names[0];
  if (name === undefined) return [{}, {}];
  const { [name]: curve, ...others } = curves;
  const points = curve!.flatMap((y, i) => (y === null ? [] : [[String(i + 1), y] as const]));
  return [Object.fromEntries(points), others];
}
