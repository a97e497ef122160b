import { type Dataset, RandomState } from "scratch-nn";
import type { MlpExperiment } from "../../lib/dist/experiments";

/** Pictures of 8 × 8 bytes: class 0 is bright above, class 1 below, under noise. */
export function halves({ count = 120, seed = 7 } = {}): Dataset {
  const random = new RandomState(seed);
  const inputs = new Uint8Array(count * 64);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % 2;
    for (let j = 0; j < 64; j++) {
      const bright = j < 32 === (labels[i] === 0);
      inputs[i * 64 + j] = (bright ? 100 : 0) + random.randint(0, 156);
    }
  }
  return { name: "halves", count, sampleShape: [8, 8], classes: 2, inputs, labels };
}

export const data: { readonly train: Dataset; readonly validation: Dataset } = {
  train: halves(),
  validation: halves({ count: 50, seed: 8 }),
};

export function experiment(changes: Partial<MlpExperiment> = {}): MlpExperiment {
  return {
    name: "healthy",
    hidden: [16],
    init: "kaimingNormal",
    biasInit: "zeros",
    learningRate: 0.1,
    decay: 0.9,
    decayEvery: 10,
    weightDecay: 0.001,
    decayBiases: false,
    epsilon: 1e-8,
    gradientScale: 1,
    batchSize: 25,
    epochs: 3,
    seed: 5,
    ...changes,
  };
}
