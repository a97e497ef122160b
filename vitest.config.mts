import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/lab/**", "test/bench/**"],
    // The compiled package is under test: what a notebook imports is what is checked.
    server: { deps: { external: [/\/lib\/dist\//] } },
    testTimeout: 60_000,
  },
});
