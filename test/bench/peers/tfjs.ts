/** TensorFlow.js on its WebAssembly backend as a program of the benchmark: float32, one thread (all it has in Node). */
import { dirname, join, sep } from "node:path";
import { loadMnist, RandomState } from "scratch-nn";
import { batches } from "../batches";
import { WEIGHT_SEED, type Work } from "../protocol";
import { serve } from "../serve";
import type { Workload } from "../workloads";

/** The part of the packages used here; they are not there when this is type-checked. */
interface TfTensor {
  dataSync(): ArrayLike<number>;
  dispose(): void;
}
interface Tf {
  setBackend(name: string): Promise<boolean>;
  tidy<T>(f: () => T): T;
  tensor(values: Float32Array, shape: readonly number[]): TfTensor;
  zeros(shape: readonly number[]): TfTensor;
  variable(initial: TfTensor): TfTensor;
  add(a: TfTensor, b: TfTensor): TfTensor;
  sub(a: TfTensor, b: TfTensor): TfTensor;
  div(a: TfTensor, b: number): TfTensor;
  matMul(a: TfTensor, b: TfTensor): TfTensor;
  relu(x: TfTensor): TfTensor;
  sigmoid(x: TfTensor): TfTensor;
  square(x: TfTensor): TfTensor;
  sum(x: TfTensor): TfTensor;
  losses: { softmaxCrossEntropy(onehot: TfTensor, logits: TfTensor): TfTensor };
  train: {
    sgd(learningRate: number): {
      minimize(f: () => TfTensor, returnCost: true, variables: TfTensor[]): TfTensor;
      dispose(): void;
    };
  };
}

const tf = require("@tensorflow/tfjs-core") as Tf;
// Its Node build is the one that registers the gradients.
require("@tensorflow/tfjs-layers");
const wasm = require("@tensorflow/tfjs-backend-wasm") as { setWasmPaths(folder: string): void };

let mnist: { images: Float32Array; labels: ArrayLike<number>; count: number } | undefined;

function data(): { images: Float32Array; labels: ArrayLike<number>; count: number } {
  const { count, inputs, labels } = loadMnist().train;
  return { images: Float32Array.from(inputs, (byte) => byte / 255), labels, count };
}

function setUp(workload: Workload): Work {
  if (workload.kind !== "mlp" || workload.dtype !== "float32") {
    throw new Error(`TensorFlow.js does not do ${workload.name}`);
  }
  mnist ??= data();
  const { images, labels, count } = mnist;
  const { sizes, activation, batch, gain, learningRate } = workload;
  const [inputs, hidden, outputs] = sizes;
  const random = new RandomState(WEIGHT_SEED);
  const normal = (rows: number, columns: number): TfTensor =>
    tf.tensor(random.fillNormal(new Float32Array(rows * columns), 0, Math.sqrt(gain / rows)), [
      rows,
      columns,
    ]);
  const [w1, w2, b1, b2] = tf.tidy(() => [
    tf.variable(normal(inputs, hidden)),
    tf.variable(normal(hidden, outputs)),
    tf.variable(tf.zeros([hidden])),
    tf.variable(tf.zeros([outputs])),
  ]) as [TfTensor, TfTensor, TfTensor, TfTensor];
  const picks = batches(count, batch);
  const pixels = new Float32Array(batch * inputs);
  const onehot = new Float32Array(batch * outputs);
  const sgd = tf.train.sgd(learningRate);
  const loss = (i: number): TfTensor => {
    const pick = picks[i % picks.length]!;
    onehot.fill(0);
    for (let row = 0; row < batch; row++) {
      const index = pick[row]!;
      pixels.set(images.subarray(index * inputs, (index + 1) * inputs), row * inputs);
      onehot[row * outputs + labels[index]!] = 1;
    }
    // Gathered here: tf.gather from all the images takes longer than the rest of the step.
    const x = tf.tensor(pixels, [batch, inputs]);
    const t = tf.tensor(onehot, [batch, outputs]);
    const z1 = tf.add(tf.matMul(x, w1), b1);
    if (activation === "relu") {
      return tf.losses.softmaxCrossEntropy(t, tf.add(tf.matMul(tf.relu(z1), w2), b2));
    }
    const y = tf.sigmoid(tf.add(tf.matMul(tf.sigmoid(z1), w2), b2));
    return tf.div(tf.sum(tf.square(tf.sub(y, t))), 2 * batch);
  };
  return {
    step(i) {
      const cost = sgd.minimize(() => loss(i), true, [w1, b1, w2, b2]);
      cost.dataSync();
      cost.dispose();
    },
    value: () => tf.tidy(() => loss(0).dataSync()[0]!),
    end() {
      for (const held of [w1, w2, b1, b2, sgd]) held.dispose();
    },
  };
}

async function main(): Promise<void> {
  const folder = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist");
  wasm.setWasmPaths(folder + sep);
  if (!(await tf.setBackend("wasm"))) throw new Error("the wasm backend of TensorFlow.js does not start");
  await serve(setUp);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
