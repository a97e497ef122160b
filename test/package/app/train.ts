/*
 * A user's program: trains XOR, then a network large enough for threads, and prints what came of it as a line of JSON.
 * It is compiled without the types of Node.js or of a browser.
 */
import {
  Adam,
  CrossEntropyLoss,
  DataLoader,
  type Dataset,
  Linear,
  type Module,
  metrics,
  RandomState,
  ReLU,
  Sequential,
  SGD,
  setThreads,
  Tanh,
  Tensor,
  fit as train,
} from "scratch-nn";

declare const console: { log(text: string): void };

/** A number that changes with any bit of the parameters (FNV-1a). */
function digest(model: Module): number {
  let hash = 0x811c9dc5;
  for (const { value } of model.parameters()) {
    for (const byte of new Uint8Array(Float64Array.from(value.data).buffer)) {
      hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    }
  }
  return hash;
}

async function trainXor(): Promise<object> {
  const random = new RandomState(1);
  const model = new Sequential([new Linear(2, 8, { random }), new Tanh(), new Linear(8, 2, { random })]);
  const inputs = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
  const labels = Uint8Array.of(0, 1, 1, 0);
  const xor: Dataset = { name: "XOR", count: 4, sampleShape: [2], classes: 2, inputs, labels };
  const history = await train(model, {
    train: new DataLoader(xor, { batchSize: 4, shuffle: random }),
    loss: new CrossEntropyLoss(),
    optimizer: new Adam(model.parameters(), { learningRate: 0.05 }),
    epochs: 100,
  });
  const predictions = model.forward(Tensor.from(inputs, [4, 2])).argmax();
  const accuracy: number = metrics.accuracy(labels, predictions);
  return { accuracy, loss: history.epochs.at(-1)?.trainLoss, digest: digest(model) };
}

async function trainWide(): Promise<object> {
  setThreads(2);
  const random = new RandomState(2);
  const model = new Sequential([
    new Linear(200, 300, { random }),
    new ReLU(),
    new Linear(300, 10, { random }),
  ]);
  const inputs = Tensor.randn([640, 200], random).data;
  const labels = Uint8Array.from({ length: 640 }, (_, i) => i % 10);
  const normal: Dataset = { name: "normal", count: 640, sampleShape: [200], classes: 10, inputs, labels };
  await train(model, {
    train: new DataLoader(normal, { batchSize: 64, shuffle: random }),
    loss: new CrossEntropyLoss(),
    optimizer: new SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9 }),
    epochs: 30,
  });
  return { digest: digest(model) };
}

async function main(): Promise<void> {
  console.log(JSON.stringify({ xor: await trainXor(), wide: await trainWide() }));
}

main();
