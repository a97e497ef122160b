import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import type { Embedded } from "../kernels/embedded";
import { dist, lib } from "./places";

type Side = "node" | "browser";

/** Writes what has no source of its own: the module with the kernels and the script of a thread, and the browser's. */
export async function bundle(kernels: Embedded["kernels"]): Promise<void> {
  const embedded = async (side: Side): Promise<string> => {
    const thread = await script("kernels/worker.ts", side, { format: "iife", plugins: [sideOf(side)] });
    return `module.exports = ${JSON.stringify({ kernels, thread } satisfies Embedded)};\n`;
  };
  writeFileSync(join(dist, "kernels/embedded.generated.js"), await embedded("node"));
  const plugins = [
    sideOf("browser"),
    withoutNode,
    virtual(/\/embedded\.generated$/, await embedded("browser")),
  ];
  const browser = join(dist, "browser");
  mkdirSync(browser, { recursive: true });
  writeFileSync(
    join(browser, "scratch-nn.js"),
    await script("index.ts", "browser", { format: "esm", plugins }),
  );
  writeFileSync(join(browser, "package.json"), '{ "type": "module" }\n');
}

async function script(
  entry: string,
  platform: Side,
  options: { readonly format: "esm" | "iife"; readonly plugins: Plugin[] },
): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(lib, entry)],
    bundle: true,
    minify: true,
    keepNames: true,
    legalComments: "none",
    platform,
    target: "es2022",
    tsconfigRaw: {},
    write: false,
    logLevel: "warning",
    ...options,
  });
  return outputFiles[0]!.text;
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
