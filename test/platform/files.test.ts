import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { FileError } from "scratch-nn";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeAtomically } from "../../lib/dist/platform/files";
import { readBytes, readJson, readText } from "../../lib/dist/platform/readFile";

const dist = require.resolve("../../lib/dist/platform/files");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "files-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const modeOf = (path: string): number => statSync(path).mode & 0o7777;

describe("writeAtomically", () => {
  test("follows a symbolic link, also a chain of them and one into another folder", () => {
    mkdirSync(join(folder, "kept"));
    writeFileSync(join(folder, "kept/file"), "old");
    symlinkSync("kept/file", join(folder, "link"));
    symlinkSync("link", join(folder, "second"));
    writeAtomically(join(folder, "second"), "new");
    expect(readlinkSync(join(folder, "second"))).toBe("link");
    expect(readlinkSync(join(folder, "link"))).toBe("kept/file");
    expect(readFileSync(join(folder, "kept/file"), "utf8")).toBe("new");
    expect(readdirSync(folder).sort()).toEqual(["kept", "link", "second"]);
    expect(readdirSync(join(folder, "kept"))).toEqual(["file"]);
  });

  test("a link out of a linked folder counts from where the folder is", () => {
    mkdirSync(join(folder, "a/b"), { recursive: true });
    symlinkSync("a/b", join(folder, "short"));
    symlinkSync("../file", join(folder, "a/b/link"));
    writeAtomically(join(folder, "short/link"), "new");
    expect(readFileSync(join(folder, "a/file"), "utf8")).toBe("new");
  });

  test("makes what a link leads to", () => {
    symlinkSync("none/file", join(folder, "link"));
    writeAtomically(join(folder, "link"), "new");
    expect(lstatSync(join(folder, "link")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "none/file"), "utf8")).toBe("new");
  });

  test("links in a circle are an error", () => {
    symlinkSync("b", join(folder, "a"));
    symlinkSync("a", join(folder, "b"));
    expect(() => writeAtomically(join(folder, "a"), "x")).toThrow("could not be written: ELOOP");
  });

  test.skipIf(process.platform === "win32")("keeps the mode, and the owner", () => {
    const path = join(folder, "script");
    for (const mode of [0o755, 0o600, 0o640]) {
      writeFileSync(path, "old");
      chmodSync(path, mode);
      writeAtomically(path, "new");
      expect([modeOf(path), readFileSync(path, "utf8")]).toEqual([mode, "new"]);
    }
    if (process.getuid?.() !== 0) return;
    execFileSync("chown", ["12345:12346", path]);
    writeAtomically(path, "newer");
    expect([statSync(path).uid, statSync(path).gid, modeOf(path)]).toEqual([12345, 12346, 0o640]);
  });

  test("refuses what is write-protected, for root too", () => {
    const path = join(folder, "kept");
    writeFileSync(path, "old");
    chmodSync(path, 0o444);
    expect(() => writeAtomically(path, "new")).toThrow(
      new FileError(path, "could not be written: EACCES: it is write-protected"),
    );
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["kept"]);
  });

  test.skipIf(process.platform === "win32")("refuses a folder, a pipe and a device", () => {
    mkdirSync(join(folder, "folder"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    symlinkSync("/dev/null", join(folder, "null"));
    const refused = (name: string, problem: string): void =>
      expect(() => writeAtomically(join(folder, name), "x")).toThrow(
        new FileError(join(folder, name), `could not be written: ${problem}`),
      );
    refused("folder", "EISDIR: it is a folder");
    refused("pipe", "it is a device, a pipe or a socket, not a regular file");
    refused("null", "it is a device, a pipe or a socket, not a regular file");
    expect(readdirSync(folder).sort()).toEqual(["folder", "null", "pipe"]);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test("removes what dead processes left, and nothing else", () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    const path = join(folder, "file");
    const kept = [
      "file.txt.tmp",
      `file.${process.pid}.0123abcd.tmp`,
      `other.${dead}.tmp`,
      `file.${dead}.tmp.x`,
    ];
    for (const name of [`file.${dead}.tmp`, `file.${dead}.0123abcd.tmp`, ...kept]) {
      writeFileSync(join(folder, name), "half");
    }
    writeAtomically(path, "new");
    expect(readdirSync(folder).sort()).toEqual(["file", ...kept].sort());
  });

  test("removes what a process left that was killed while it wrote", async () => {
    const path = join(folder, "file");
    const script = `require(${JSON.stringify(dist)}).writeAtomically(${JSON.stringify(path)}, Buffer.alloc(2 ** 30))`;
    const child = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    while (readdirSync(folder).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGKILL");
    await ended;
    writeAtomically(path, "new");
    expect(readdirSync(folder)).toEqual(["file"]);
    expect(readFileSync(path, "utf8")).toBe("new");
  });

  test("threads that write the same file do not meet", async () => {
    const path = join(folder, "file");
    const script = `const { workerData } = require("node:worker_threads");
      for (let i = 0; i < 50; i++) require(workerData.dist).writeAtomically(workerData.path, workerData.text);`;
    const texts = ["a", "b", "c", "d"].map((letter) => letter.repeat(100_000));
    await Promise.all(
      texts.map(
        (text) =>
          new Promise<void>((resolve, reject) => {
            const worker = new Worker(script, { eval: true, workerData: { dist, path, text } });
            worker.once("error", reject).once("exit", () => resolve());
          }),
      ),
    );
    expect(texts).toContain(readFileSync(path, "utf8"));
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test.skipIf(process.platform !== "linux")("a folder that the system does not make is an error", () => {
    expect(() => writeAtomically("/proc/nowhere/deep/x", "")).toThrow(
      /^\/proc\/nowhere\/deep\/x: could not be written/,
    );
  });

  test("a name of the greatest length has room", () => {
    const name = `${"é".repeat(125)}.js`;
    writeAtomically(join(folder, name), "x");
    expect(readdirSync(folder)).toEqual([name]);
  });
});

describe("reading", () => {
  test("a device, a pipe, or more than the limit is refused before it is read", () => {
    const path = join(folder, "file");
    writeFileSync(path, "12345");
    expect(() => readBytes(path, "f", 4)).toThrow(
      new FileError("f", "expected a readable file, got: 5 bytes, more than 4"),
    );
    expect(readBytes(path, "f", 5)).toHaveLength(5);
    if (!existsSync("/dev/zero")) return;
    expect(() => readBytes("/dev/zero")).toThrow(
      "expected a readable file, got: a device, a pipe or a socket",
    );
    execFileSync("mkfifo", [join(dirname(path), "pipe")]);
    expect(() => readBytes(join(folder, "pipe"))).toThrow("got: a device");
  });

  test("UTF-8 with its mark is read, UTF-16 and other bytes are refused with the cure", () => {
    const path = join(folder, "file");
    writeFileSync(path, "\ufeff{}");
    expect(readText(path)).toBe("{}");
    expect(readJson(path)).toEqual({});
    for (const bytes of [Buffer.from("\ufeff{}", "utf16le"), Buffer.from("\ufeff{}", "utf16le").swap16()]) {
      writeFileSync(path, bytes);
      expect(() => readJson(path, "f")).toThrow(
        new FileError("f", "expected text in UTF-8, got UTF-16; save it as UTF-8"),
      );
    }
    writeFileSync(path, Buffer.of(0x22, 0xe9, 0x22));
    expect(() => readJson(path, "f")).toThrow("f: expected text in UTF-8, got other bytes");
    writeFileSync(path, `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`);
    expect(() => readJson(path, "f")).toThrow("f: expected JSON, got more than 1000 levels");
    writeFileSync(path, "{");
    expect(() => readJson(path, "f")).toThrow(/^f: expected JSON, got: /);
  });
});
