import { duration } from "../../notebook/duration";
import { FAILURES, toleranceText, type Verdict } from "./judge";
import type { Machine } from "./machine";
import { pageTable } from "./pageTable";
import type { JudgedRow, RunRecord } from "./RunRecord";

/** A reproduction of some notebooks: what REPRODUCED.json holds. */
export interface Reproduction {
  readonly format: "scratch-nn reproduction 1";
  /** Of the library. */
  readonly version: string;
  readonly quick: boolean;
  readonly machine: Machine;
  /** Whether no row has fallen out and no notebook has failed. */
  readonly reproduced: boolean;
  readonly notebooks: readonly RunRecord[];
}

export function isReproduced(records: readonly RunRecord[]): boolean {
  return records.every(({ error, rows }) => error === undefined && failuresOf(rows).length === 0);
}

export function failuresOf(rows: readonly JudgedRow[]): JudgedRow[] {
  return rows.filter(({ verdict }) => FAILURES.includes(verdict));
}

/** How many rows have each verdict: `59 reproduced, 2 not run`. */
export function countText(rows: readonly JudgedRow[]): string {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of rows) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", ");
}

/** The reproduction as a page of Markdown. */
export function reportText({ version, quick, machine, reproduced, notebooks }: Reproduction): string {
  const size = quick
    ? "It was a quick run, with less data and fewer epochs, whose numbers are not judged."
    : "A row is reproduced if ours lies within the stated tolerance of the published number, and changed if ours is not what this release has.";
  const summary = pageTable(
    notebooks.map(({ notebook, rows, seconds, peakMemory, error }) => ({
      notebook,
      rows: error === undefined ? countText(rows) : "failed",
      time: duration(seconds),
      memory: `${(peakMemory / 2 ** 30).toFixed(1)} GiB`,
    })),
    ["time", "memory"],
  );
  return [
    `# Reproduced: scratch-nn ${version}`,
    `\`npm run reproduce\` wrote this page and the JSON beside it. ${verdictText(reproduced, quick)} ${size}`,
    machineText(machine),
    summary,
    ...notebooks.map(sectionText),
  ].join("\n\n");
}

/** The outcome in a sentence. */
export function verdictText(reproduced: boolean, quick: boolean): string {
  if (!reproduced) return "Something has fallen out.";
  return quick ? "Everything runs." : "Every row that can be judged lies within its tolerance.";
}

function machineText({ processor, cores, memory, system, node, ...kernels }: Machine): string {
  const { backend, simd, vectorBits, threads, numerics } = kernels;
  const size = `${cores} cores, ${Math.round(memory / 2 ** 30)} GiB`;
  const arithmetic = simd === "relaxed" ? "fused multiply-add" : "multiplication and addition rounded apart";
  return `${processor}, ${size}, ${system}, Node.js ${node}; ${backend}, vectors of ${vectorBits} bits, ${arithmetic}, ${threads} threads; numerics digest \`${numerics}\`.`;
}

function sectionText({ notebook, rows, weights, error }: RunRecord): string {
  const parts = [`## ${notebook}`];
  if (error !== undefined) parts.push(`\`\`\`\n${error}\n\`\`\``);
  const write = (value: number | null, digits = 3): string => value?.toFixed(digits) ?? "–";
  if (rows.length > 0) {
    const table = rows.map(({ what, published, ours, digits, tolerance, verdict }) => ({
      what,
      published: write(published, digits),
      ours: write(ours, digits),
      tolerance: toleranceText(tolerance),
      verdict,
    }));
    parts.push(pageTable(table, ["published", "ours", "tolerance"]));
  }
  if (weights.length > 0) {
    parts.push(
      pageTable(
        weights.map(({ file, bytes, sha256 }) => ({ weights: file, bytes, sha256: `\`${sha256}\`` })),
      ),
    );
  }
  return parts.join("\n\n");
}
