import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BuildOptions, build, type OutputFile, type Plugin } from "esbuild";
import type { Embedded } from "../kernels/embedded";
import type { DType } from "../kernels/Kernels";
import { dist, lib } from "./places";

type Side = "node" | "browser";

/**
 * Writes what has no source of its own: the module with the kernels and the script of a thread, the browser's module,
 * and what bundlers for Node.js take, as they cannot put CommonJS that requires Node's modules into an ES module.
 */
export async function bundle(kernels: Embedded["kernels"]): Promise<void> {
  const embedded = async (side: Side): Promise<string> => {
    const [thread] = await bundled(side, { entryPoints: [join(lib, "kernels/worker.ts")], format: "iife" });
    const { float32, float64 } = kernels;
    // A browser has no vectors of 256 bits.
    const some = side === "node" ? kernels : { float32: narrow(float32), float64: narrow(float64) };
    return `module.exports = ${JSON.stringify({ kernels: some, thread: thread!.text } satisfies Embedded)};\n`;
  };
  const node = await embedded("node");
  writeFileSync(join(dist, "kernels/embedded.generated.js"), node);
  const browser = await bundled("browser", {
    entryPoints: [join(lib, "index.ts")],
    plugins: [withoutNode, virtual(/\/embedded\.generated$/, await embedded("browser"))],
    outfile: join(dist, "browser/scratch-nn.js"),
  });
  const modules = await bundled("node", {
    entryPoints: [join(lib, "index.ts"), join(lib, "notebook/index.ts")],
    plugins: [virtual(/\/embedded\.generated$/, node)],
    splitting: true,
    outdir: join(dist, "node"),
    outExtension: { ".js": ".mjs" },
  });
  rmSync(join(dist, "node"), { recursive: true, force: true });
  for (const { path, text } of [...browser, ...modules]) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  writeFileSync(join(dist, "browser/package.json"), '{ "type": "module" }\n');
}

function narrow({ relaxed, simd }: Embedded["kernels"][DType]): Embedded["kernels"][DType] {
  return { relaxed, simd, wide: "" };
}

async function bundled(side: Side, options: BuildOptions): Promise<OutputFile[]> {
  const { outputFiles = [] } = await build({
    ...{ bundle: true, minify: true, keepNames: true, legalComments: "none", logLevel: "warning" },
    ...{ platform: side, format: "esm", target: "es2022", tsconfigRaw: {}, write: false },
    ...options,
    plugins: [sideOf(side), ...(options.plugins ?? [])],
  });
  return outputFiles;
}

/** Puts the browser's side of the platform in the place of Node's. */
function sideOf(side: Side): Plugin {
  return {
    name: "side",
    setup({ onResolve }) {
      onResolve({ filter: /platform\/node\/|^\.\/node\/platform$/ }, ({ path }) => {
        const file = path.slice(path.lastIndexOf("node/") + "node/".length);
        return { path: join(lib, "platform", side, `${file}.ts`) };
      });
    },
  };
}

/** What a browser gets for Node's modules and for packages that need Node: functions that say so. */
const withoutNode: Plugin = {
  name: "without Node",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z@]/ }, ({ path }) =>
      path === "fflate" ? undefined : { path, namespace: "without-node" },
    );
    onLoad({ filter: /.*/, namespace: "without-node" }, async ({ path }) => {
      const lines = Object.keys(await import(path))
        .filter((name) => /^\w+$/.test(name) && name !== "default")
        .map((name) => `export const ${name} = /* @__PURE__ */ nodeOnly("${name}");`);
      const contents = `import { nodeOnly } from "./platform/browser/nodeOnly";\n${lines.join("\n")}\nexport default {};`;
      return { contents, resolveDir: lib };
    });
  },
};

function virtual(filter: RegExp, contents: string): Plugin {
  return {
    name: "virtual",
    setup({ onResolve, onLoad }) {
      onResolve({ filter }, ({ path }) => ({ path, namespace: "virtual" }));
      onLoad({ filter: /.*/, namespace: "virtual" }, () => ({ contents }));
    },
  };
}
