import { checkCounts } from "../../checks";
import { checkDataset, type Dataset, subset } from "../../datasets/Dataset";
import { ArgumentError } from "../../errors";

/**
 * The samples that the homework chose of MNIST: of each class the first count / classes (rounded up; the last class may
 * have fewer), class after class.
 * @param count how many (default: 2499, as the homework).
 * @throws ArgumentError if count is not a whole number > 0, or a class has too few samples.
 */
export function firstOfEachClass(dataset: Dataset, count = 2_499): Dataset {
  const { name, labels, classes } = checkDataset(dataset, "firstOfEachClass");
  checkCounts("firstOfEachClass", { count });
  const each = Math.ceil(count / classes);
  const chosen: number[][] = Array.from({ length: classes }, () => []);
  labels.forEach((label, i) => {
    if (chosen[label].length < each) chosen[label].push(i);
  });
  const all = chosen.flat().slice(0, count);
  const short = chosen.findIndex((samples, label) => samples.length < Math.min(each, count - label * each));
  if (short >= 0) {
    const problem = `count must leave ${each} samples a class, got ${count}, with ${chosen[short].length} of class ${short}`;
    throw new ArgumentError("firstOfEachClass", `${problem} in ${name}`);
  }
  return subset(dataset, all);
}
