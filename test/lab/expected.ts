/** What the check looks for in notebooks/main.ipynb. Each pattern finds a code cell by its source. */
export const expected = {
  /** A cell that trains, draws while it trains, and ends with its own figure. */
  training: /await nn\.fit\(/,
  /** How to make that training long enough to be interrupted. */
  prolong: (source: string): string => source.replace(/\bepochs: [\w.]+/, "epochs: 100_000"),
  /** The cell that prints the classification report. */
  report: /report\.text/,
  /** The words of the report's header. */
  reportHeader: /precision\s+recall\s+f1-score\s+support/,
  /** The hyperparameter that is changed in the training cell, so that its figure has this many epochs on its axis. */
  change: (source: string): string => source.replace(/\bepochs: [\w.]+/, "epochs: 2"),
  epochs: ["1", "2"],
  /** What the kernel says under a training that was interrupted. */
  interrupted: "Interrupted: the cell ended early",
};
