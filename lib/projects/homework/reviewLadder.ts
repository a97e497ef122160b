import { checkOptions } from "../../checks";
import type { Dataset } from "../../datasets/Dataset";
import type { Plain } from "../../plain";
import { packageFile } from "../../platform/paths";
import { type Choice, choice } from "../../search/dimension";
import { Study, type StudyOptions } from "../../search/Study";
import { grid } from "../../search/samplers/grid";
import type { LadderNetwork, LadderSetting } from "./reviewObjective";

/** The settings of a ladder, by dimension. */
export type LadderSpace = { readonly [Name in keyof LadderSetting]: Choice<LadderSetting[Name]> };

/** Which settings a rung of the ladder tries, at which size, and where it keeps them. */
export interface LadderOptions
  extends Pick<StudyOptions<LadderSpace>, "on" | "journal" | "signal" | "onTrial" | "onReport"> {
  /** Stands in the journal. */
  readonly name: string;
  /** The size of the network and of its training. */
  readonly network: LadderNetwork;
  /** The seeds that each setting is trained with. */
  readonly seeds: readonly number[];
  /** What is tried of each (default: all that is possible, and dropout 0, 0.2 and 0.5 of the embedding). */
  readonly settings?: {
    readonly [Name in keyof Omit<LadderSetting, "seed">]?: readonly LadderSetting[Name][];
  };
  /** The reviews to learn from, and those to be judged by, as `words.padReviews` makes them. */
  readonly data: { readonly train: Dataset; readonly test: Dataset };
}

const NAMES = [
  "name",
  "network",
  "seeds",
  "settings",
  "data",
  "on",
  "journal",
  "signal",
  "onTrial",
  "onReport",
];

/**
 * A study of what the homework did not publish of its LSTMs, all settings with all seeds, on this machine's processors:
 * does the embedding mask padding, are the gates hard, how much of the embedding is left out, which optimiser learns?
 * A trial's value is the best test accuracy of its epochs, as the homework's tables have it. With a journal it goes on
 * where it was stopped, and trains nothing twice.
 * @throws ArgumentError for settings out of their domain; else as `Study`.
 */
export function reviewLadder(options: LadderOptions): Study<LadderSpace> {
  checkOptions("reviewLadder", options, NAMES);
  const { network, seeds, settings = {}, data, ...rest } = options;
  checkOptions("reviewLadder, settings", settings, [
    "maskZero",
    "recurrentActivation",
    "dropout",
    "optimizer",
  ]);
  return new Study({
    space: {
      seed: choice(seeds),
      maskZero: choice(settings.maskZero ?? [true, false]),
      recurrentActivation: choice(settings.recurrentActivation ?? ["sigmoid", "hardSigmoid"]),
      dropout: choice(settings.dropout ?? [0, 0.2, 0.5]),
      optimizer: choice(settings.optimizer ?? ["Adam", "RMSprop"]),
    },
    sampler: grid({ points: 2 }),
    objective: {
      file: packageFile("projects/homework/reviewObjective.js"),
      export: "reviewObjective",
      options: { ...network },
      data: { ...data },
    },
    setup: { train: sizeOf(data.train), test: sizeOf(data.test) },
    direction: "maximize",
    ...rest,
  });
}

function sizeOf({ count, sampleShape }: Dataset): Plain {
  return { reviews: count, words: sampleShape[0] };
}
