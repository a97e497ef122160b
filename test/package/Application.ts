import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";

const root = resolve(__dirname, "../..");

/** What the program in app/ prints. */
export interface Trained {
  readonly xor: { readonly accuracy: number; readonly loss: number; readonly digest: number };
  readonly wide: { readonly digest: number };
}

/** Runs a program to its end and returns what it printed. @throws Error with its errors if it fails. */
export function execute(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${`${stderr}${stdout}`.slice(-2000)}`);
  return stdout;
}

/** Runs npm, the one that runs this if there is one. */
export function npm(cwd: string, ...args: string[]): string {
  const script = process.env.npm_execpath;
  const all = [...args, "--no-audit", "--no-fund"];
  return script?.endsWith(".js")
    ? execute(process.execPath, [script, ...all], cwd)
    : execute("npm", all, cwd);
}

/**
 * Packs the package as `npm pack` does and returns the path of the archive. It works on a copy of the checkout, as it
 * compiles the package anew, which other tests are reading.
 */
export function pack(folder: string): string {
  const copy = join(folder, "checkout");
  mkdirSync(join(copy, "data"), { recursive: true });
  for (const part of ["package.json", "LICENSE", "README.md", "lib", "data/published"]) {
    cpSync(join(root, part), join(copy, part), { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
  npm(join(copy, "lib"), "pack", "--silent", "--pack-destination", folder);
  const { version } = JSON.parse(readFileSync(join(copy, "lib/package.json"), "utf8")) as { version: string };
  return join(folder, `scratch-nn-${version}.tgz`);
}

/** A user's project in a folder of its own, outside the checkout. */
export class Application {
  readonly folder: string = mkdtempSync(join(tmpdir(), "application-"));

  constructor() {
    writeFileSync(this.path("package.json"), '{ "name": "application", "private": true }\n');
    cpSync(join(root, "test/package/app"), this.folder, { recursive: true });
  }

  path(relative: string): string {
    return join(this.folder, relative);
  }

  /** Unpacks the package where npm would, with what it depends on beside it, without asking a registry. */
  unpack(archive: string): void {
    const modules = this.path("node_modules");
    mkdirSync(modules);
    execute("tar", ["-xzf", archive, "-C", modules], this.folder);
    cpSync(join(modules, "package"), join(modules, "scratch-nn"), { recursive: true });
    rmSync(join(modules, "package"), { recursive: true });
    for (const name of ["piscina", "@napi-rs/nice", "@napi-rs/nice-linux-x64-gnu"]) {
      const from = join(root, "node_modules", name);
      if (existsSync(from)) cpSync(from, join(modules, name), { recursive: true });
    }
  }

  /** Translates the program to JavaScript. */
  transpile(module: ts.ModuleKind, file: string): void {
    const source = readFileSync(this.path("train.ts"), "utf8");
    const compilerOptions = { module, target: ts.ScriptTarget.ES2022 };
    writeFileSync(this.path(file), ts.transpileModule(source, { compilerOptions }).outputText);
  }

  /** Writes a tsconfig.json for the program: no types but the package's and JavaScript's own. */
  configure(module: string, moduleResolution: string): void {
    const compilerOptions = {
      ...{ module, moduleResolution, target: "es2022", lib: ["es2022"], types: [] },
      ...{ strict: true, noEmit: true, skipLibCheck: false },
    };
    writeFileSync(this.path("tsconfig.json"), JSON.stringify({ compilerOptions, files: ["train.ts"] }));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
