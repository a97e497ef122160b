import { expect, test } from "vitest";
import { KERNELS } from "../../lib/dist/kernels/kernelTable";
import { numericsDigest } from "../../lib/dist/workers/numericsDigest";
import { runNode } from "../helpers/runNode";
import { withThreads } from "../helpers/withThreads";

/** As it was on Zen 5, with Node.js 20 and 24, vectors of 128 and 256 bits, one thread and several. */
const EXPECTED = "575cfa118ce7fbc5";

test.each([1, 2, 3])("is the same everywhere, here on %i thread(s)", async (threads) => {
  await withThreads(threads, async () => {
    expect(await numericsDigest()).toBe(EXPECTED);
    expect(await numericsDigest()).toBe(EXPECTED);
  });
});

test("goes through every kernel", () => {
  const used = runNode(`
    const instantiating = require("./lib/dist/kernels/instantiate.js");
    const { instantiate } = instantiating;
    const used = new Set();
    instantiating.instantiate = (...args) =>
      new Proxy({}, { get: (_, name) => (used.add(name), exported[name]) }, (exported = instantiate(...args)));
    let exported;
    require("./lib/dist/workers/numericsDigest.js").numericsDigest().then(() => {
      console.log(JSON.stringify([...used]));
      process.exit();
    });`);
  expect(JSON.parse(used)).toEqual(expect.arrayContaining(Object.keys(KERNELS)));
});

test("a build that computes otherwise has another", () => {
  const other = runNode(`
    const engine = require("./lib/dist/kernels/engine.js");
    engine.hasRelaxedSimd = () => false; // two roundings in place of one
    require("./lib/dist/workers/numericsDigest.js").numericsDigest().then((digest) => {
      console.log(digest);
      process.exit();
    });`);
  expect(other).toMatch(/^[0-9a-f]{16}$/);
  expect(other).not.toBe(EXPECTED);
});
