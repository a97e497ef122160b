import { inWords } from "../../checks";
import type { Dataset } from "../../datasets/Dataset";
import { ArgumentError } from "../../errors";
import { checkRandom, type RandomState } from "../../tensor/RandomState";
import type { TrainAndTest } from "./loadTiny";

/** Where the points of each class lie: at least and less than these distances from the origin. */
const RINGS = [
  { from: 0, to: 0.4 },
  { from: 0.6, to: 0.9 },
] as const;

/**
 * A toy problem that no straight line solves, of the homework's kind: class 0 fills the disc of radius 0.4 evenly,
 * class 1 the ring between 0.6 and 0.9. `count` points to learn from and as many to test with, half of them of each
 * class, class 0 first. A point is drawn in the square [−0.9, 0.9)² until it falls into its ring.
 * @throws ArgumentError if count is not an even whole number > 0.
 */
export function makeToy(random: RandomState, count = 200): TrainAndTest {
  checkRandom("makeToy", random);
  if (!(Number.isInteger(count) && count > 0 && count % 2 === 0)) {
    throw new ArgumentError("makeToy", `count must be an even whole number > 0, got ${inWords(count)}`);
  }
  return { train: draw("toy train", random, count), test: draw("toy test", random, count) };
}

function draw(name: string, random: RandomState, count: number): Dataset {
  const inputs = new Float64Array(2 * count);
  const labels = new Uint8Array(count);
  const side = RINGS[1].to;
  for (let i = 0; i < count; i++) {
    labels[i] = i < count / 2 ? 0 : 1;
    const { from, to } = RINGS[labels[i]];
    for (let square = -1; !(square >= from ** 2 && square < to ** 2); ) {
      const x = random.uniform(-side, side);
      const y = random.uniform(-side, side);
      inputs.set([x, y], 2 * i);
      square = x * x + y * y;
    }
  }
  return { name, count, sampleShape: [2], classes: 2, inputs, labels };
}
