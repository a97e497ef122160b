import { createInterface } from "node:readline";
import { CHECK_STEPS, type Reply, type Request, WARM_UP, type Work } from "./protocol";
import type { Workload } from "./workloads";

/** A program of the benchmark: answers requests on standard input until it ends, and rests between them. */
export async function serve(setUp: (workload: Workload) => Work): Promise<void> {
  tell({});
  for await (const line of createInterface({ input: process.stdin })) {
    const { workload, seconds } = JSON.parse(line) as Request;
    const work = setUp(workload);
    tell(seconds === undefined ? { value: checkValue(work) } : { rate: measure(work, seconds) });
    work.end?.();
  }
}

function tell(reply: Reply): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

function checkValue(work: Work): number {
  for (let i = 0; i < CHECK_STEPS; i++) work.step(0);
  return work.value();
}

function measure(work: Work, seconds: number): number {
  repeat(work, WARM_UP);
  const { steps, taken } = repeat(work, seconds);
  return steps / taken;
}

function repeat(work: Work, seconds: number): { steps: number; taken: number } {
  const start = performance.now();
  let taken = 0;
  let steps = 0;
  while (taken < seconds) {
    work.step(steps++);
    taken = (performance.now() - start) / 1000;
  }
  return { steps, taken };
}
