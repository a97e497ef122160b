/*
 * Runs the study of test/search/studies.ts, keeping a journal:
 *   node studyInChild.cjs JOURNAL PARALLEL [HANG]
 * Trial HANG never ends.
 */
const { Study, uniform, logUniform, choice, random } = require("scratch-nn").search;

const [journal, parallel, hang = "-1"] = process.argv.slice(2);
new Study({
  space: { x: uniform(-1, 1), rate: logUniform(1e-3, 1), kind: choice(["a", "b"]) },
  sampler: random({ seed: 4 }),
  trials: 12,
  direction: "minimize",
  parallel: Number(parallel),
  journal,
  objective: async ({ number, params: { x, rate, kind } }) => {
    await new Promise((resolve) => setTimeout(resolve, number === Number(hang) ? 1e8 : (5 * number) % 4));
    const value = (x - 0.3) ** 2 + (Math.log10(rate) + 1) ** 2 + (kind === "b" ? 0 : 0.1);
    return { value, metrics: { kind, twice: 2 * value }, curves: { loss: [2 * value, value] } };
  },
}).run();
