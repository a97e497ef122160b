import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";

/** Who has a lock: more than a process number, which another container, or a later process, may have too. */
export interface LockOwner {
  readonly pid: number;
  /** The worker thread, 0 for the main one. */
  readonly thread: number;
  /** When the process began, in clock ticks after the machine did; "" where the system does not tell. */
  readonly started: string;
  readonly host: string;
  /** Of the machine's installation, of its last start, and of the container: "" where the system does not tell. */
  readonly machine: string;
  readonly boot: string;
  readonly namespace: string;
  /** Of this one taking of the lock. */
  readonly token: string;
}

/** This thread, as the owner of a lock that it is about to take. */
export function newOwner(): LockOwner {
  return {
    pid: process.pid,
    thread: threadId,
    started: startOf(process.pid),
    host: hostname(),
    machine: told(() => readFileSync("/etc/machine-id", "utf8").trim()),
    boot: told(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    namespace: told(() => readlinkSync("/proc/self/ns/pid")),
    token: randomUUID(),
  };
}

/** What a lock file says; undefined if that is nothing (yet). A bare number is what earlier versions wrote. */
export function parseOwner(text: string): LockOwner | undefined {
  try {
    const found = JSON.parse(text) as Partial<LockOwner> | number | null;
    const unknown = { ...newOwner(), thread: 0, started: "", token: "" };
    if (typeof found === "number") return { ...unknown, pid: found };
    return typeof found?.token === "string" ? { ...unknown, ...found } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether the owner can be proven to have ended. Of another machine or container nothing can be proven.
 * @param held the tokens that this thread holds.
 */
export function hasEnded(owner: LockOwner, held: ReadonlySet<string>): boolean {
  const own = newOwner();
  if (owner.host !== own.host || owner.machine !== own.machine) return false;
  // The machine was started again since. (A container tells the same of another machine.)
  if (owner.boot !== own.boot) return own.machine !== "" && [owner, own].every(isOutsideContainers);
  if (owner.namespace !== own.namespace) return false;
  if (owner.pid !== own.pid) return !isAlive(owner.pid, owner.started);
  // An earlier process had our number, or this thread took the lock and lost it.
  if (owner.started !== "" && owner.started !== own.started) return true;
  return owner.thread === own.thread && !held.has(owner.token);
}

/** `process 12`, `thread 3 of process 12`, `process 12 on node-7`. */
export function ownerInWords({ pid, thread, host }: LockOwner): string {
  const inside = thread === 0 ? "" : `thread ${thread} of `;
  return `${inside}process ${pid}${host === hostname() ? "" : ` on ${host}`}`;
}

/** The first namespace of process numbers has this name on every Linux (PROC_PID_INIT_INO). */
function isOutsideContainers({ namespace }: LockOwner): boolean {
  return namespace === "pid:[4026531836]";
}

function isAlive(pid: number, started: string): boolean {
  if (!(Number.isInteger(pid) && pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return started === "" || startOf(pid) === "" || startOf(pid) === started;
}

/** The 22nd field of /proc/PID/stat; the second, the program's name in parentheses, may hold spaces. */
function startOf(pid: number): string {
  return told(() => {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  });
}

function told(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
