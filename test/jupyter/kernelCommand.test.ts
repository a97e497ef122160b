import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { personalKernelFolder } from "../../lib/dist/jupyter/lab/kernelSpec";

const command = resolve("lib/dist/jupyter/lab/kernel.js");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scratch-nn-test-"));
  writeFileSync(join(folder, "package.json"), '{ "workspaces": [] }');
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = {
    ...process.env,
    INIT_CWD: folder,
    VIRTUAL_ENV: join(folder, "active"),
    JUPYTER_DATA_DIR: join(folder, "own"),
  };
  return spawnSync(process.execPath, [command, ...args], { cwd: folder, env, encoding: "utf8" });
}

const inPrefix = "share/jupyter/kernels/tslab";

test.each([
  [["--prefix", "there"], `there/${inPrefix}`],
  [["--sys-prefix"], `active/${inPrefix}`],
  [["--user"], "own/kernels/tslab"],
  [[], `.venv/${inPrefix}`],
])("%j registers a kernel with absolute paths, and removes it", (args, place) => {
  mkdirSync(join(folder, ".venv"));
  const target = join(folder, place);
  for (let twice = 0; twice < 2; twice++) {
    expect(run(...args)).toMatchObject({ status: 0, stderr: "" });
    const { argv, interrupt_mode } = JSON.parse(readFileSync(join(target, "kernel.json"), "utf8"));
    expect(argv).toEqual([
      process.execPath,
      resolve("lib/dist/jupyter/kernel/launcher.js"),
      "{connection_file}",
    ]);
    expect(interrupt_mode).toBe("message");
  }
  expect(run(...args, "--remove")).toMatchObject({ status: 0, stdout: `Removed ${target}\n` });
  expect(existsSync(target)).toBe(false);
  expect(run(...args, "--remove").stdout).toBe(`There is no kernel in ${target}\n`);
});

test("another kernel of the same name is neither replaced nor removed", () => {
  const target = join(folder, "there", inPrefix);
  const other = '{ "argv": ["tslab"] }';
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, "kernel.json"), other);
  for (const more of [[], ["--remove"]]) {
    const { status, stderr } = run("--prefix", "there", ...more);
    expect(status).toBe(1);
    expect(stderr).toBe(
      `npm run kernel: ${target} must be free, got another kernel named tslab (jupyter kernelspec remove tslab removes it)\n`,
    );
  }
  expect(readFileSync(join(target, "kernel.json"), "utf8")).toBe(other);
});

test.each([
  [["--usr"], "Unknown option '--usr'"],
  [["--prefix="], '--prefix must be a folder, got ""'],
  [["--user", "--sys-prefix"], "WHERE must be one of --user, --sys-prefix and --prefix"],
  [[], "the project has no .venv of its own"],
])("%j is refused in one line", (args, message) => {
  const { status, stderr } = run(...args);
  expect(status).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr.trim().split("\n").length).toBe(1);
});

test("a person's kernels are where Jupyter looks for them", () => {
  const home = process.platform === "win32" ? "C:\\Users\\me" : "/home/me";
  const expected = {
    darwin: join(home, "Library/Jupyter/kernels/tslab"),
    win32: join(home, "AppData/Roaming/jupyter/kernels/tslab"),
    linux: join(home, ".local/share/jupyter/kernels/tslab"),
  };
  expect(personalKernelFolder(home, {})).toBe(expected[process.platform as keyof typeof expected]);
  expect(personalKernelFolder(home, { JUPYTER_DATA_DIR: join(home, "d") })).toBe(
    join(home, "d/kernels/tslab"),
  );
});
