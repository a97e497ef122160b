import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "scratch-nn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { downloadFile } from "../../lib/dist/datasets/imdb/downloadFile";
import type { PublishedFile } from "../../lib/dist/datasets/imdb/imdbFiles";

const content = Buffer.alloc(200_000, "reviews ");
const sha256 = createHash("sha256").update(content).digest("hex");

let server: Server;
let address: string;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "download-"));
  server = createServer((request, response) => {
    if (request.url === "/cut") {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 1000), () => response.destroy());
    } else if (request.url === "/good") response.end(content);
    else if (request.url === "/long") response.end(Buffer.concat([content, content]));
    else if (request.url === "/other") response.end(Buffer.alloc(content.length));
    else if (request.url?.startsWith("/endless")) response.write("a");
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const file = (url: string): PublishedFile => ({ name: "x.npz", url, bytes: content.length, sha256 });

test("writes the file, and says how far it is", async () => {
  const path = join(folder, "new", "x.npz");
  const seen: number[] = [];
  await downloadFile(file(`${address}/good`), path, { onProgress: (bytes) => seen.push(bytes) });
  expect(readFileSync(path).equals(content)).toBe(true);
  expect(seen.at(-1)).toBe(content.length);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});

describe("leaves what was there, and says what to do", () => {
  test.each([
    ["/none", "status 404 Not Found"],
    ["/other", /^200000 bytes with sha256 [0-9a-f]{64}$/],
    ["/long", "more than 200000 bytes"],
    ["/cut", /./],
  ])("%s", async (route, came) => {
    const path = join(folder, "x.npz");
    writeFileSync(path, "old");
    const url = address + route;
    const error = await downloadFile(file(url), path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FileError);
    const pattern = /^x\.npz: expected (.+), got: (.+)\. Put the file there yourself, .*: (.+)$/s;
    const [, wanted, got, place] = pattern.exec((error as Error).message) ?? [];
    expect([wanted, place]).toEqual([`200000 bytes with sha256 ${sha256} from ${url}`, path]);
    expect(got).toMatch(came);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("a server that is not there", async () => {
    const error = downloadFile(file("http://127.0.0.1:1/imdb.npz"), join(folder, "y.npz"));
    await expect(error).rejects.toThrow(/got: .*(ECONNREFUSED|bad port).*Put the file there yourself/);
    expect(existsSync(join(folder, "y.npz"))).toBe(false);
  });

  test("stopped half way", async () => {
    const stop = new AbortController();
    const options = { signal: stop.signal, onProgress: () => stop.abort(new Error("Stopped.")) };
    const download = downloadFile(file(`${address}/endless`), join(folder, "z.npz"), options);
    await expect(download).rejects.toThrow("Stopped.");
    expect(existsSync(join(folder, "z.npz"))).toBe(false);
  });
});

describe("npm run data:imdb", () => {
  const script = join(__dirname, "../../lib/dist/datasets/imdb/downloadImdb.js");
  /** Runs the script in a folder that is no project, so that data/imdb is below it. */
  const run = (
    cwd: string,
    ...options: string[]
  ): Promise<{ code: number | null; stdout: string; stderr: string }> => {
    mkdirSync(cwd, { recursive: true });
    const child = spawn(process.execPath, [script, ...options], { cwd });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    return new Promise((ended) => child.on("close", (code) => ended({ code, stdout, stderr })));
  };

  test("where the server does not have the file: its name, size, checksum and place", async () => {
    const cwd = join(folder, "offline");
    const { code, stderr } = await run(cwd, "--from", address);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `imdb.npz: expected 17464789 bytes with sha256 69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f from ${address}/imdb.npz, got: status 404 Not Found.`,
    );
    expect(stderr.trim()).toMatch(/: \S*data\/imdb\/imdb\.npz$/);
    expect(existsSync(join(cwd, "data"))).toBe(false);
  });

  test("does not replace another file", async () => {
    const cwd = join(folder, "other");
    mkdirSync(join(cwd, "data/imdb"), { recursive: true });
    writeFileSync(join(cwd, "data/imdb/imdb.npz"), "mine");
    const { code, stderr } = await run(cwd, "--from", address);
    expect([code, stderr.split("\n").length]).toEqual([1, 2]);
    expect(stderr).toMatch(/^data\/imdb\/imdb\.npz: expected the file published or none, got another \(/);
    expect(readFileSync(join(cwd, "data/imdb/imdb.npz"), "utf8")).toBe("mine");
  });

  test("explains itself", async () => {
    expect((await run(folder, "--help")).stdout).toContain("--from URL");
    const wrong = await run(folder, "--what");
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      "npm run data:imdb: Unknown option '--what'; the choices are --from URL and --help\n",
    ]);
  });

  const shared = join(__dirname, "../../../shared/data/imdb");
  /** With the original's files beside the repository: reviews that lie there are looked into, words are downloaded. */
  test("takes the reviews that are there, and downloads the words", async () => {
    if (!existsSync(shared)) return;
    const cwd = join(folder, "whole");
    mkdirSync(join(cwd, "data/imdb"), { recursive: true });
    writeFileSync(join(cwd, "data/imdb/imdb.npz"), readFileSync(join(shared, "imdb.npz")));
    const words = readFileSync(join(shared, "imdb_word_index.json"));
    const mirror = createServer((_, response) => response.end(words));
    await new Promise<void>((listening) => mirror.listen(0, "127.0.0.1", listening));
    const { port } = mirror.address() as AddressInfo;
    const { code, stdout } = await run(cwd, "--from", `http://127.0.0.1:${port}/`);
    mirror.close();
    expect(stdout.split("\n")).toEqual([
      "data/imdb/imdb.npz is there already, and good.",
      "data/imdb/imdb_word_index.json is downloaded, and its checksum is right.",
      "",
    ]);
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, "data/imdb/imdb_word_index.json")).equals(words)).toBe(true);
  });
});
