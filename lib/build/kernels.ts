import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { encodeBase64 } from "../formats/base64";
import type { Embedded, Features } from "../kernels/embedded";
import { dist, lib, modified } from "./places";

const source = join(lib, "kernels/assembly");
const target = join(dist, "kernels");

/** The part of the compiler's interface used here; its own types replace Node's globals. */
interface Compiler {
  main(
    options: string[],
    host: {
      readFile(name: string): string | null;
      writeFile(name: string, contents: string | Uint8Array): void;
    },
  ): Promise<{ error: Error | null; stderr: { toString(): string } }>;
}

/** Compiles the AssemblyScript kernels, as far as they are older than their sources, and returns them as text. */
export async function buildKernels(): Promise<Embedded["kernels"]> {
  mkdirSync(target, { recursive: true });
  const of = async (real: string): Promise<Record<Features, string>> => ({
    relaxed: await compile(real, "relaxed", "simd,relaxed-simd"),
    simd: await compile(real, "simd", "simd"),
    wide: await compile(real, "wide", "simd,relaxed-simd"),
  });
  return { float32: await of("f32"), float64: await of("f64") };
}

async function compile(real: string, name: Features, features: string): Promise<string> {
  const file = join(target, `${real}.${name}.wasm`);
  const sources = readdirSync(source).map((each) => join(source, each));
  if (modified(file) <= Math.max(...[__filename, ...sources].map(modified))) {
    const compiler: string = "assemblyscript/asc";
    const { default: asc } = (await import(compiler)) as { default: Compiler };
    const options =
      `index.ts -o out --runtime stub -O3 --noAssert --enable ${features},threads ` +
      "--importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536 --baseDir .";
    const { error, stderr } = await asc.main(options.split(" "), {
      readFile: (file) => readSource(file, real, name === "wide"),
      writeFile: (_, contents) => writeFileSync(file, contents),
    });
    if (error) throw new Error(`${file}: ${error.message}\n${stderr}`);
  }
  return encodeBase64(deflateRawSync(readFileSync(file), { level: 9 }));
}

function readSource(file: string, real: string, wide: boolean): string | null {
  if (file.replace(/^\.\//, "") === "real.ts")
    return `export type Real = ${real}; export const WIDE: bool = ${wide};`;
  try {
    return readFileSync(join(source, file), "utf8");
  } catch {
    return null;
  }
}
