import { type Dataset, RandomState } from "scratch-nn";

/** Clouds of points around one centre a class: data that a small network learns in a few epochs. */
export function blobs({ count = 90, features = 4, classes = 3, seed = 3 } = {}): Dataset {
  const random = new RandomState(seed);
  const centres = random.randn(classes, features);
  const inputs = new Float32Array(count * features);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % classes;
    for (let j = 0; j < features; j++)
      inputs[i * features + j] = 3 * centres[labels[i]! * features + j]! + random.standardNormal();
  }
  return { name: "blobs", count, sampleShape: [features], classes, inputs, labels };
}

/** Pictures of bytes, four out of five of them 0, with random labels. */
export function pixels({ count = 100, features = 784, classes = 10, seed = 4 } = {}): Dataset {
  const random = new RandomState(seed);
  const inputs = Uint8Array.from(random.rand(count * features), (u) => (u < 0.8 ? 0 : (u - 0.8) * 1280));
  const labels = Uint8Array.from(random.randint(0, classes, count));
  return { name: "pixels", count, sampleShape: [features], classes, inputs, labels };
}
