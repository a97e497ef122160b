import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** The processes whose environment holds `marker`, by their command line. Linux only. */
export function processesOf(marker: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${name}/environ`, "latin1").includes(marker)) continue;
      const commandLine = readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " ").trim();
      if (commandLine !== "") found.set(Number(name), commandLine);
    } catch {
      // It has ended, or is another user's.
    }
  }
  return found;
}

/** Waits until none is left. @returns those that are left after `seconds`. */
export async function allEnded(marker: string, seconds = 10): Promise<string[]> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const left = [...processesOf(marker).values()];
    if (left.length === 0 || performance.now() > end) return left;
    await sleep(50);
  }
}
