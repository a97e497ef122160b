/*
 * Compiles the AssemblyScript kernels: float32 and float64, each with relaxed SIMD (FMA) and without. What is newer
 * than all sources is left as it is.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const source = join(__dirname, "assembly");
const target = join(__dirname, "..", "dist", "kernels");

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

async function main(): Promise<void> {
  const compiler: string = "assemblyscript/asc";
  const { default: asc } = (await import(compiler)) as { default: Compiler };
  mkdirSync(target, { recursive: true });
  const sources = readdirSync(source).map((file) => join(source, file));
  const changed = Math.max(...[__filename, ...sources].map(modified));
  for (const real of ["f32", "f64"]) {
    for (const features of ["simd,relaxed-simd", "simd"]) {
      const name = `${real}.${features === "simd" ? "simd" : "relaxed"}.wasm`;
      if (modified(join(target, name)) > changed) continue;
      const options =
        `index.ts -o ${name} --runtime stub -O3 --noAssert --enable ${features},threads ` +
        "--importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536 --baseDir . ";
      const { error, stderr } = await asc.main(options.trim().split(/\s+/), {
        readFile: (file) => readSource(file, real),
        writeFile: (file, contents) => writeFileSync(join(target, file), contents),
      });
      if (error) throw new Error(`${name}: ${error.message}\n${stderr}`);
    }
  }
}

/** When a file was last written, in milliseconds; 0 if there is none. */
function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function readSource(file: string, real: string): string | null {
  if (file.replace(/^\.\//, "") === "real.ts") return `export type Real = ${real};`;
  try {
    return readFileSync(join(source, file), "utf8");
  } catch {
    return null;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
