import { pageTable } from "./pageTable";
import type { Results } from "./results";
import type { ShownRow } from "./scorecardRows";

/** The row of that name in a notebook's scorecard. */
type Find = (what: string) => ShownRow;

interface Project {
  readonly notebook: string;
  readonly about: string;
  readonly published: (row: Find) => string;
  readonly here: (row: Find) => string;
}

const PROJECTS: readonly Project[] = [
  {
    notebook: "main",
    about: "_FCN with numpy_ (DATA620004): search in three steps, 30 epochs",
    published: (row) => `${row("test digits right").published} of 10,000 digits`,
    here: (row) => row("test digits right").ours,
  },
  {
    notebook: "two-layer",
    about:
      "a two-layer network in NumPy (DATA620004): 50 random trials of 50 epochs from `np.random.seed(2023)`",
    published: (row) =>
      `50 rows and accuracies; ${row("test digits right after the last step").published} digits`,
    here: (row) => {
      const rows = row("trials whose three hyperparameters are equal to the last bit").ours;
      const accuracies = row("trials with equal validation accuracy").ours;
      return `**${rows} rows equal**, ${accuracies} accuracies to the last digit; ${row("test digits right after the last step").ours}`;
    },
  },
  {
    notebook: "nielsen",
    about:
      "the three programs of _Neural Networks and Deep Learning_, and what their author “will next write”",
    published: (row) => `${programs.map((name) => row(name).published).join(", ")} digits`,
    here: (row) => `medians of seeds: ${programs.map((name) => row(name).ours).join(", ")}`,
  },
  {
    notebook: "tiny",
    about: "a homework's [2, h, 2] and [196, h, 10] networks",
    published: (row) => `${row("best hidden size, by mean test accuracy").published} units are best`,
    here: (row) =>
      `a plateau from 30 on, over ten seeds; highest mean: ${row("best hidden size, by mean test accuracy").ours}`,
  },
  {
    notebook: "cnn",
    about: "the homework's two convolutional networks",
    published: (row) => {
      const [one, two] = networks.map((name) => row(`${name}: epochs`).published);
      return `above ${percent(row("one convolution: test accuracy").published)} in ${one} and ${two} epochs`;
    },
    here: (row) => {
      const [one, two] = networks.map((name) => {
        const { ours } = row(`${name}: test accuracy`);
        return `${percent(ours)} in ${row(`${name}: epochs`).ours} epochs`;
      });
      return `${one}, ${two}`;
    },
  },
  {
    notebook: "lstm",
    about: "the homework's LSTM and GRU on film reviews",
    published: (row) => {
      const [lstm, gru] = cells.map((name) => percent(row(`${name}: best validation accuracy`).published));
      return `${lstm} and ${gru}; goal of ${percent(row("the goal: test accuracy").published)} missed`;
    },
    here: (row) => {
      const [lstm, gru] = cells.map((name) => percent(row(`${name}: best validation accuracy`).ours));
      return `${lstm} and ${gru}; **${percent(row("the goal: test accuracy").ours)}** with word vectors`;
    },
  },
];

const programs = ["network.py", "network2.py", "network3.py"].map(
  (name) => `${name}, epoch 29: digits right`,
);
const networks = ["one convolution", "two convolutions"];
const cells = ["LSTM", "GRU"];

/** A share as a scorecard writes it, in percent. */
function percent(share: string): string {
  return `${(100 * Number(share)).toFixed(2)} %`;
}

/** The table of README.md: each project's most telling numbers, from the results of this release. */
export function readmeTable({ notebooks }: Results): string {
  const rows = PROJECTS.map(({ notebook, about, published, here }) => {
    const find: Find = (what) => {
      const row = notebooks[notebook]?.find((row) => row.what === what);
      if (row === undefined)
        throw new Error(`notebooks/${notebook}.ipynb: expected a row "${what}" in its scorecard, got none`);
      return row;
    };
    const file = `\`${notebook}.ipynb\``;
    return { notebook: file, "what it reproduces": about, published: published(find), here: here(find) };
  });
  return pageTable(rows, ["published", "here"]);
}

/** The page with its table made anew: the first one below "## Results". */
export function withReadmeTable(page: string, table: string): string {
  return page.replace(/(\n## Results\n\n)(?:\|.*\n)+/, (_, heading: string) => `${heading}${table}\n`);
}
