/** How often each class, in the order of the given ones, was rightly predicted, predicted, and the label. */
export class ClassCounts {
  readonly right: number[];
  readonly predicted: number[];
  readonly actual: number[];
  /** Whether some label or prediction is none of the given classes. */
  readonly hasOthers: boolean;
  /** Whether any prediction at all is right. */
  readonly hasRight: boolean;

  constructor(classes: readonly number[], labels: ArrayLike<number>, predictions: ArrayLike<number>) {
    const place = new Map(classes.map((label, i) => [label, i]));
    const others = classes.length;
    const zeros = (): number[] => new Array<number>(others + 1).fill(0);
    const [right, predicted, actual] = [zeros(), zeros(), zeros()];
    for (let i = 0; i < labels.length; i++) {
      const label = place.get(labels[i]) ?? others;
      const prediction = place.get(predictions[i]) ?? others;
      actual[label]++;
      predicted[prediction]++;
      if (labels[i] === predictions[i]) right[label]++;
    }
    this.hasOthers = actual.pop()! + predicted.pop()! > 0;
    this.hasRight = right.some((count) => count > 0);
    right.pop();
    this.right = right;
    this.predicted = predicted;
    this.actual = actual;
  }
}
