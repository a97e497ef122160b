import {
  Adam,
  BinaryCrossEntropyLoss,
  Embedding,
  GRU,
  Linear,
  LSTM,
  type Parameter,
  RandomState,
  Sequential,
  Tensor,
} from "scratch-nn";
import { reuse } from "../../lib/dist/tensor/reuse";
import { BATCH_SEED, WEIGHT_SEED, type Work } from "./protocol";
import { type Recurrent, SEQUENCE_BATCHES } from "./workloads";

/** Training steps of Embedding → LSTM or GRU → Linear with Adam, as peers/torch_recurrent.py has them. */
export function recurrentNetwork(workload: Recurrent): Work {
  const { cell, dictSize, dimension, units } = workload;
  const random = new RandomState(WEIGHT_SEED);
  const layer =
    cell === "lstm"
      ? new LSTM(dimension, units, { random })
      : new GRU(dimension, units, { random, reset: "after" });
  const model = new Sequential([
    new Embedding(dictSize, dimension, { random }),
    layer,
    new Linear(units, 1, { random }),
  ]);
  fill(model.parameters(), 1 / Math.sqrt(units));
  const loss = new BinaryCrossEntropyLoss();
  const adam = new Adam(model.parameters());
  const batches = draw(workload);
  const forward = (i: number): number => {
    const { x, labels } = batches[i % batches.length]!;
    return loss.forward(model.forward(x), labels);
  };
  return {
    step: (i) =>
      reuse(() => {
        adam.zeroGrad();
        forward(i);
        model.backwardParameters(loss.backward());
        adam.step();
      }),
    value: () => forward(0),
  };
}

/** The embedding from U(−0.05, 0.05), the others from U(−bound, bound), in their order. */
function fill(parameters: readonly Parameter[], bound: number): void {
  const random = new RandomState(WEIGHT_SEED);
  parameters.forEach(({ value }, i) => {
    const limit = i === 0 ? 0.05 : bound;
    random.fillUniform(value.data, -limit, limit);
  });
}

/** Random tokens and labels. */
function draw({ dictSize, batch, length }: Recurrent): { x: Tensor; labels: Int32Array }[] {
  const random = new RandomState(BATCH_SEED);
  return Array.from({ length: SEQUENCE_BATCHES }, () => ({
    x: Tensor.from(random.randint(0, dictSize, batch * length), [batch, length]),
    labels: Int32Array.from(random.randint(0, 2, batch)),
  }));
}
