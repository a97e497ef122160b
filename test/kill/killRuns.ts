import { type ChildProcess, spawn } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { allEnded, processesOf } from "../jupyter/helpers/processes";
import { Project } from "../jupyter/helpers/project";

const start = resolve("lib/dist/jupyter/runner/start.js");
const signals = ["SIGTERM", "SIGKILL", "SIGHUP", "SIGINT"] as const;
/** The members of the chain npm → sh → runner → kernel by what their command lines hold. */
const members = { npm: /^npm/, shell: /^sh -c/, runner: /^\S*node .*start\.js/, kernel: /launcher\.js/ };
/** Half of the kills come while the process starts, the others at any time of a run. */
const firstMs = 400;
const longestMs = 4000;
const endSeconds = 30;

const cells = [
  "# Waits",
  'import * as nn from "scratch-nn";',
  "for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 100));",
  "const end = Date.now() + 300;\nwhile (Date.now() < end);",
  'console.log("done")',
];

/**
 * Kills runs of a notebook at random moments, at a random member of the chain, and looks at what is left. Linux only.
 * @returns what was wrong, a line a kill.
 */
export async function killRuns(kills: number, onKill: (done: number) => void = () => {}): Promise<string[]> {
  const project = new Project();
  const marker = `SCRATCH_NN_TEST=${randomUUID()}`;
  writeFileSync(
    project.path("package.json"),
    JSON.stringify({ workspaces: [], scripts: { start: `node ${start}` } }),
  );
  const problems: string[] = [];
  try {
    for (let done = 1; done <= kills; done++) {
      problems.push(...(await killOne(project, marker)));
      onKill(done);
    }
  } finally {
    project.remove();
  }
  return problems;
}

async function killOne(project: Project, marker: string): Promise<string[]> {
  project.write("main", cells);
  const before = project.text("notebooks/main.ipynb");
  const npm = startNpm(project, marker);
  const ended = once(npm, "exit");
  const names = Object.keys(members) as (keyof typeof members)[];
  const member = names[randomInt(names.length)]!;
  const signal = signals[randomInt(signals.length)]!;
  const delay = randomInt(randomInt(2) === 0 ? firstMs : longestMs);
  const pid = await found(members[member], marker);
  await Promise.race([sleep(delay), ended]);
  const atKill = project.text("notebooks/main.ipynb");
  const problems: string[] = [];
  const isThere = processesOf(marker).has(pid);
  if (isThere) process.kill(pid, signal);
  const left = await allEnded(marker, endSeconds);
  if (left.length > 0) problems.push(`left: ${left.join(", ")}`);
  await sleep(300);
  const after = project.text("notebooks/main.ipynb");
  // npm, its shell and the kernel go on after a SIGINT that is theirs alone, and the run ends by itself.
  const wasAsked = isThere && (signal !== "SIGINT" || member === "runner");
  if (wasAsked && after !== atKill) problems.push("the notebook was written afterwards");
  if (after !== before && !after.includes('"done\\n"')) problems.push("the notebook is half written");
  const files = readdirSync(project.path("notebooks"));
  if (files.length > 1) problems.push(`files left: ${files.join(", ")}`);
  return problems.map((problem) => `${signal} to ${member} after ${delay} ms: ${problem}`);
}

async function found(commandLine: RegExp, marker: string): Promise<number> {
  for (;;) {
    const [pid] = [...processesOf(marker)].find(([, line]) => commandLine.test(line)) ?? [];
    if (pid !== undefined) return pid;
    await sleep(5);
  }
}

function startNpm(project: Project, marker: string): ChildProcess {
  const [name, value] = marker.split("=") as [string, string];
  return spawn("npm", ["start"], {
    cwd: project.folder,
    env: { ...process.env, [name]: value, SCRATCH_NN_QUICK: "" },
    stdio: "ignore",
  });
}
