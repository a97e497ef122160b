/* Tasks and objectives for the tests of `WorkerPool` and `Study`: each is a function that a module exports. */
const { threadId } = require("node:worker_threads");
const { DivergenceError, FileError, search } = require("scratch-nn");

const bowl = ({ params: { x, rate, kind } }) => {
  const value = (x - 0.3) ** 2 + (Math.log10(rate) + 1) ** 2 + (kind === "b" ? 0 : 0.1);
  return { value, metrics: { kind, twice: 2 * value }, curves: { loss: [2 * value, value] } };
};

module.exports = {
  default: (input) => input,
  thread: () => threadId,
  reports: async (count, { report }) => {
    for (let i = 0; i < count; i++) report(i);
    return "done";
  },
  endless: (_, { report }) => {
    report("began");
    for (;;);
  },
  sum: (_, { data }) => data.numbers.inputs.reduce((sum, value) => sum + value, 0),
  refuses: () => {
    throw new FileError("x.npz", "expected a header");
  },
  breaks: () => process.exit(3),
  notAFunction: 3,
  bowl: async (trial) => {
    await new Promise((resolve) => setTimeout(resolve, (7 * trial.number) % 5));
    trial.report(1, trial.number);
    if (trial.number === 3) throw new search.TrialFailed("does not fit");
    if (trial.number === 5) throw new DivergenceError("fit", "the loss must stay finite, got NaN");
    const outcome = bowl(trial);
    trial.params.x = 99;
    return outcome;
  },
  slowBowl: async (trial, { options }) => {
    for (let epoch = 1; epoch <= 4; epoch++) {
      await new Promise((resolve) => setTimeout(resolve, options.ms / 4));
      trial.report(epoch, trial.number + epoch / 4);
    }
    return bowl(trial);
  },
  // What it gives depends on who computes it.
  unsteady: async () => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { value: process.pid };
  },
  scaled: (trial, { options }) => ({ value: options.scale * bowl(trial).value }),
  slip: () => 0.93,
  numbers: ({ count }) => ({
    name: "numbers",
    count,
    sampleShape: [1],
    classes: 1,
    inputs: Float64Array.from({ length: count }, (_, i) => i),
    labels: new Uint8Array(count),
  }),
  // Other machines may have other data: see SCRATCH_NN_TEST_SHIFT.
  stripes: ({ count }) => ({
    name: "stripes",
    count,
    sampleShape: [8],
    classes: 2,
    inputs: Uint8Array.from({ length: 8 * count }, (_, i) => (37 * i + 90 * ((i >> 3) % 2) * (i % 2)) % 251),
    labels: Uint8Array.from(
      { length: count },
      (_, i) => (i + Number(process.env.SCRATCH_NN_TEST_SHIFT ?? 0)) % 2,
    ),
  }),
  none: () => 3,
  sumOf: ({ params }, { data }) => ({
    value: params.x + data.numbers.inputs.reduce((sum, value) => sum + value, 0),
  }),
};
