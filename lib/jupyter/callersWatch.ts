import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parentWatch } from "./parentWatch";

/**
 * Tells whether those who wait for this command have ended: the process that started it, and npm where a shell stands
 * between. Whoever stops npm (`timeout`, `docker stop`, an editor) means this process too, which nobody tells.
 */
export function callersWatch(): () => boolean {
  const parent = process.ppid;
  const isGone = parentWatch(parent);
  const script = process.env.npm_lifecycle_script ?? "";
  if (!script.includes(basename(process.argv[1] ?? ""))) return isGone;
  const hasShell = commandLine(parent).includes(script);
  const npm = hasShell ? parentOf(parent) : parent;
  if (npm === 1 && !isNpm(1)) return () => true;
  return () => isGone() || (hasShell && parentOf(parent) !== npm);
}

/** Process 1 adopts the children of an npm that ended before we could look; in a container it may be npm itself. */
function isNpm(pid: number): boolean {
  return /\b(npm|npx|pnpm|yarn|bun)\b/.test(commandLine(pid));
}

/** Empty where there is no /proc. */
function commandLine(pid: number): string {
  return readProc(pid, "cmdline").replaceAll("\0", " ");
}

function parentOf(pid: number): number | undefined {
  const [, parent] = /^PPid:\s*(\d+)/m.exec(readProc(pid, "status")) ?? [];
  return parent === undefined ? undefined : Number(parent);
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
