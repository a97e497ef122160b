import { fit as fitModel, RandomState, take } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { twoLayer } from "../../../lib/dist/projects";
import { expectClose } from "../../helpers/expectClose";
import { readFixture } from "../../helpers/readFixture";
import { images, settings } from "./small";

interface Judged {
  loss: number;
  correct: number;
}

interface Fixture {
  trials: (Judged & twoLayer.Hyperparameters & { parameters: Record<"w1" | "b1" | "w2" | "b2", number[]> })[];
  rows: { train: Judged; test: Judged }[];
}

const { trials, rows } = readFixture<Fixture>("numpy-two-layer");
const samples = images();
const stream = new twoLayer.TrialStream(settings);
const data = twoLayer.splitSamples(samples, stream);
const every = (values: ArrayLike<number>, step: number): number[] =>
  Array.from(values).filter((_, i) => i % step === 0);

describe("the two-layer project agrees with NumPy", () => {
  test.each([2, 0, 1])("in trial %i, whatever came before it", async (number) => {
    const { weightDecay, learningRate, hidden, loss, correct } = trials[number]!;
    expect(stream.hyperparameters(number)).toEqual({ weightDecay, learningRate, hidden });
    const result = await twoLayer.trainTrial(number, stream, data);
    expect(result.metrics.correct).toBe(correct);
    expect(result.value).toBe(correct / settings.validation);
    expectClose([result.metrics.loss], [loss], 1e-12);
  });

  test("in the parameters after 20 steps", async () => {
    const random = stream.at(1);
    const { hidden, ...rates } = twoLayer.drawHyperparameters(random);
    const network = twoLayer.buildNetwork({ ...rates, hidden: [hidden], outputs: settings.outputs, random });
    const train = twoLayer.trainingBatches(data.train, random, settings);
    const { model, loss, optimizer } = network;
    await fitModel(model, { loss, optimizer, train, epochs: settings.epochs });
    expect(optimizer.stepCount).toBe(20);
    const [w1, b1, w2, b2] = network.model.parameters().map(({ value }) => value.data);
    const { parameters } = trials[1]!;
    expectClose(every(w1!, 1009), parameters.w1, 1e-12);
    expectClose(every(b1!, 7), parameters.b1, 1e-12);
    expectClose(every(w2!, 101), parameters.w2, 1e-12);
    expectClose(b2!, parameters.b2, 1e-12);
  });

  test("in the rows of the final network, whose loss counts the weights", async () => {
    const { weightDecay, learningRate, hidden } = stream.hyperparameters(1);
    const random = stream.at(settings.trials);
    const decay = 1000 * weightDecay;
    const network = twoLayer.buildNetwork({
      hidden: [hidden],
      outputs: 10,
      learningRate,
      weightDecay: decay,
      random,
    });
    const judges = {
      train: twoLayer.evaluationBatches(samples),
      test: twoLayer.evaluationBatches(take(samples, 100)),
    };
    const seen: twoLayer.EpochRow[] = [];
    await fitModel(network.model, {
      loss: network.loss,
      optimizer: network.optimizer,
      train: twoLayer.trainingBatches(samples, random, settings),
      epochs: settings.epochs,
      onStep: ({ step, epoch }) => {
        if (step === 1) seen.push(twoLayer.measureEpoch(network, epoch, judges));
      },
    });
    expect(seen.map(({ epoch }) => epoch)).toEqual([1, 2]);
    for (const [i, { train, test }] of rows.entries()) {
      const row = seen[i]!;
      expect([row.trainAcc, row.testAcc]).toEqual([train.correct / 300, test.correct / 100]);
      expectClose([row.trainLoss, row.testLoss], [train.loss, test.loss], 1e-12);
    }
  });
});

describe("TrialStream", () => {
  test("gives copies: drawing from one moves no other", () => {
    const once = stream.at(2);
    once.randn(10);
    const again = stream.at(2);
    expect(again.rand()).toBe(new twoLayer.TrialStream(settings).at(2).rand());
    expect(stream.order).toEqual(new RandomState(settings.seed).permutation(settings.samples));
  });

  test.each([-1, 4, 0.5, Number.NaN])("has no trial %d", (number) => {
    expect(() => stream.at(number)).toThrow(`TrialStream.at: number must be 0 to 3, got ${number}`);
  });
});
