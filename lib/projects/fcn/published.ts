import { readPublished } from "../readPublished";

/** What the FCN project published, as `data/published/fcn.json` holds it. */
export interface PublishedFcn {
  /** The candidates of each step of the search, in the order of the figures; null for no weight decay. */
  readonly search: { readonly step: number; readonly values: (number | null)[] }[];
  /** Values read off the published plots. */
  readonly figures: {
    readonly step1FinalTrainLoss: number[];
    readonly step1FinalTrainAcc: number[];
    readonly step2FinalValAcc: number[];
    readonly step3FinalValAcc: number[];
    readonly step3FinalValLoss: number[];
    readonly trainLossFinal: number;
    readonly testLossFinal: number;
    readonly testAccFirstEpoch: number;
    readonly testAccFinal: number;
  };
  /** counts[i][j]: test digits of class i that were taken for j. */
  readonly confusionMatrix: { readonly counts: number[][] };
  /** The published classification report. */
  readonly report: {
    /** Precision, recall, f1 and support of each class. */
    readonly classes: [number, number, number, number][];
    readonly accuracy: number;
    readonly macroAvg: [number, number, number, number];
    readonly weightedAvg: [number, number, number, number];
  };
}

/** The published numbers of the FCN project. */
export function published(): PublishedFcn {
  return readPublished<PublishedFcn>("fcn");
}
