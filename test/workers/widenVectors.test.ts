import { expect, test } from "vitest";
import { runNode } from "../helpers/runNode";

/** What a Node of its own says after it was asked to widen its vectors, with that done before. */
function widened(before: string, environment: Record<string, string> = {}): unknown {
  return JSON.parse(
    runNode(
      `
      const { platform } = require("./lib/dist/platform/node/platform.js");
      const digesting = require("./lib/dist/workers/numericsDigest.js");
      const asked = [];
      ${before}
      require("./lib/dist/workers/widenVectors.js").widenVectors((sentence) => asked.push(sentence)).then(() => {
        const { vectorBits } = require("scratch-nn").backendInfo();
        console.log(JSON.stringify({ vectorBits, variable: process.env.SCRATCH_NN_SIMD ?? null, asked }));
        process.exit();
      });`,
      environment,
    ),
  );
}

/** An engine that has 256 bits, as far as it says. */
const WIDE = `
  platform.hasWideVectors = () => true;
  platform.widenVectors = (wide) => asked.push(wide);`;

test("takes 256 bits where there are some, and tells the threads to come", () => {
  expect(widened(WIDE)).toEqual({ vectorBits: 256, variable: "256", asked: [true] });
});

test("stays at 128 where they are not there", () => {
  const before = "platform.hasWideVectors = () => false;";
  expect(widened(before)).toEqual({ vectorBits: 128, variable: null, asked: [] });
});

test("stays with what somebody has chosen", () => {
  const chosen = { SCRATCH_NN_SIMD: "128" };
  expect(widened(WIDE, chosen)).toEqual({ vectorBits: 128, variable: "128", asked: [] });
});

test("goes back to 128, and says so, where the bits differ", () => {
  const before = `${WIDE}
    let round = 0;
    digesting.numericsDigest = async () => (++round < 4 ? "a" : "b");`;
  const sentence = `vectors of 256 bits gave b, those of 128 a; 128 are used (${process.version})`;
  expect(widened(before)).toEqual({ vectorBits: 128, variable: "128", asked: [true, false, sentence] });
});

test("this processor and this Node, whatever they have, compute the same bits", () => {
  const { vectorBits, asked } = widened("") as { vectorBits: number; asked: unknown[] };
  expect([128, 256]).toContain(vectorBits);
  expect(asked).toEqual([]);
});
