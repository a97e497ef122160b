import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** A program that keeps its work in a folder, and goes on with what is there. */
interface Program {
  readonly name: string;
  readonly command: (folder: string) => string[];
  /** What the folder holds in the end, whatever the order in which it came there. */
  readonly result: (folder: string) => string;
}

const helper = (name: string): string => resolve("test/helpers", name);

const study = (parallel: number): Program => ({
  name: `study, ${parallel} at once`,
  command: (folder) => [helper("studyInChild.cjs"), join(folder, "journal"), String(parallel)],
  result: (folder) => readFileSync(join(folder, "journal"), "utf8").split("\n").sort().join("\n"),
});

const training = (optimizer: string): Program => ({
  name: `training, ${optimizer}`,
  command: (folder) => [helper("trainInChild.cjs"), folder, optimizer, "-1"],
  result: (folder) =>
    ["model.safetensors", "history.json", "checkpoint.safetensors"]
      .map((name) => readFileSync(join(folder, name), "base64"))
      .join("\n"),
});

const PROGRAMS = [study(1), study(3), training("sgd"), training("adam")];
/** Kills of one run before it may end. */
const KILLS = 3;

/**
 * Kills studies and trainings at `times` random moments, and lets each end after some kills.
 * @throws Error if one does not end as it does without kills, to the byte, or leaves other files behind.
 */
export async function killAtRandom(times: number, onKill: (done: number) => void = () => {}): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "kill-"));
  try {
    let done = 0;
    const whole = new Map<
      Program,
      { readonly result: string; readonly files: string; readonly ms: number }
    >();
    for (let run = 0; done < times; run++) {
      const program = PROGRAMS[run % PROGRAMS.length]!;
      const folder = join(root, String(run));
      mkdirSync(folder);
      const start = performance.now();
      const reference = whole.get(program);
      for (let kill = 0; reference && kill < KILLS && done < times; kill++) {
        await runFor(program.command(folder), Math.random() * reference.ms);
        onKill(++done);
      }
      const code = await runFor(program.command(folder));
      if (code !== 0) throw new Error(`${program.name}: ended with ${code} after its kills`);
      const [result, files] = [program.result(folder), readdirSync(folder).sort().join(", ")];
      if (!reference) whole.set(program, { result, files, ms: performance.now() - start });
      else if (result !== reference.result) throw new Error(`${program.name}: ended with another result`);
      else if (files !== reference.files) throw new Error(`${program.name}: left ${files}`);
      rmSync(folder, { recursive: true });
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Runs Node, killed after so many milliseconds if it has not ended; how it ended. */
function runFor(command: string[], ms?: number): Promise<number | string | null> {
  const child = spawn(process.execPath, command, { stdio: ["ignore", "ignore", "inherit"] });
  const timer = ms === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), ms);
  return new Promise((resolve) => {
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      resolve(signal ?? code);
    });
  });
}
