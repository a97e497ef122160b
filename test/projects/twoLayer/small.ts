import { type Dataset, RandomState } from "scratch-nn";
import type { twoLayer } from "../../../lib/dist/projects";

/** The sizes of test/fixtures/numpy-two-layer.py. */
export const settings: twoLayer.TwoLayerSettings = {
  seed: 2023,
  trials: 3,
  samples: 300,
  validation: 60,
  epochs: 2,
  batchSize: 24,
  outputs: 50,
};

/** Its made-up images. */
export function images(): Dataset {
  const source = new RandomState(5);
  const pixels = source.randint(0, 1280, settings.samples * 784);
  const inputs = Uint8Array.from(pixels, (pixel) => (pixel < 256 ? pixel : 0));
  const labels = Uint8Array.from(source.randint(0, 10, settings.samples));
  return { name: "images", count: settings.samples, sampleShape: [28, 28], classes: 10, inputs, labels };
}
