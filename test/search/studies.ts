import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import {
  type Choice,
  choice,
  type LogUniform,
  logUniform,
  type OpenTrial,
  type Outcome,
  random,
  type StudyOptions,
  type Uniform,
  uniform,
} from "../../lib/dist/search";

export type BowlSpace = { x: Uniform; rate: LogUniform; kind: Choice<"a" | "b"> };

export const space: BowlSpace = { x: uniform(-1, 1), rate: logUniform(1e-3, 1), kind: choice(["a", "b"]) };

/** A bowl with its least value 0 at x = 0.3, rate = 0.1, kind b. */
export function bowl({ params }: Pick<OpenTrial<BowlSpace>, "params">): Outcome {
  const { x, rate, kind } = params;
  const value = (x - 0.3) ** 2 + (Math.log10(rate) + 1) ** 2 + (kind === "b" ? 0 : 0.1);
  return { value, metrics: { kind, twice: 2 * value }, curves: { loss: [2 * value, value] } };
}

export function options(changes: Partial<StudyOptions<BowlSpace>> = {}): StudyOptions<BowlSpace> {
  const sampler = random({ seed: 4 });
  return { space, sampler, trials: 12, objective: bowl, direction: "minimize", ...changes };
}

/** The lines of a journal by number, the header first. */
export function journalLines(journal: string): string[] {
  const [header, ...lines] = readFileSync(journal, "utf8").trimEnd().split("\n") as [string, ...string[]];
  const numberOf = (line: string): number => (JSON.parse(line) as { number: number }).number;
  return [header, ...lines.sort((a, b) => numberOf(a) - numberOf(b))];
}

/** A folder for each test, and nothing left of it. */
export function temporaryFolder(): (name: string) => string {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "study-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  return (name) => join(folder, name);
}
