/**
 * Tells whether the process `parent`, which started this one, has ended. An orphan's parent changes where there are
 * signals; on Windows the old number stays, and nobody has it any more.
 */
export function parentWatch(parent: number): () => boolean {
  const isDirect = process.ppid === parent;
  return () => (isDirect && process.ppid !== parent) || !exists(parent);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
