import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkPath } from "../../checks";
import { loadMnist } from "../../datasets/loadMnist";
import { projectPath } from "../../platform/paths";
import type { RandomState } from "../../tensor/RandomState";
import { firstOfEachClass } from "./firstOfEachClass";
import { loadTinyMnist, loadTinyToy, type TrainAndTest } from "./loadTiny";
import { makeToy } from "./makeToy";
import { poolMnist } from "./poolMnist";

/** The homework's two problems. */
export interface TinySets {
  /** Points of the plane in two classes. */
  readonly toy: TrainAndTest;
  /** Digits of 14 × 14 pixels in ten classes. */
  readonly digits: TrainAndTest;
}

/**
 * The homework's sets: its own `tinyTOY.pkl.gz` and `tinyMNIST.pkl.gz` where they were put into `data/`, otherwise
 * sets of the same shape: `makeToy(random)`, a problem of the same kind, and `poolMnist` of the `firstOfEachClass` of MNIST, the same numbers to
 * the bit. The names of the sets tell which.
 * @param folder where the files would be, absolute or relative to the project.
 * @throws FileError that names the file if it is damaged or another set; the errors of `loadMnist` and `poolMnist`.
 */
export function tinySets(random: RandomState, folder = "data"): TinySets {
  checkPath("tinySets", folder, "folder");
  const [toy, digits] = ["tinyTOY.pkl.gz", "tinyMNIST.pkl.gz"].map((name) => projectPath(join(folder, name)));
  return {
    toy: existsSync(toy) ? loadTinyToy(toy) : makeToy(random),
    digits: existsSync(digits) ? loadTinyMnist(digits) : pooled(),
  };
}

function pooled(): TrainAndTest {
  const { train, test } = loadMnist();
  return { train: poolMnist(firstOfEachClass(train)), test: poolMnist(firstOfEachClass(test)) };
}
