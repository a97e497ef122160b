import type { Module } from "../layers/Module";
import type { AbortSignal } from "../platform/AbortSignal";
import { stoppable } from "../platform/stoppable";
import { TURN, turn } from "../platform/turn";
import { reuse, reused } from "../tensor/reuse";
import { leaveTraining, resumeTraining, saveTraining } from "./Checkpoint";
import { checkFit, type FitOptions } from "./FitOptions";
import type { History } from "./History";
import { hold } from "./hold";
import { Training } from "./Training";

/**
 * Trains a model: for every batch forward, loss, backward, step; after every epoch the validation data. Lets the
 * event loop run between steps, so that output appears and an interrupt is heard. Stopped by the signal or by the
 * kernel's interrupt it keeps the weights it has reached and returns the epochs that were finished.
 *
 * With `earlyStopping` it ends when `patience` epochs brought nothing better, and with the weights of the best epoch.
 * With `checkpoint` it goes on with the training that is in the file, if there is one, to the same bits as if it had
 * never been stopped. All options but `epochs`, the data, and the weights and streams it begins from have to be those of
 * that training: build them from the same seeds. Of one that is over it returns the result; more epochs than it had are
 * added to it.
 *
 * Until it has ended, nothing else may use the model, the optimiser or the loader, but for looking at them in `onStep`
 * and `onEpoch`, by `evaluate` or `saveModel` say, which changes nothing.
 * @throws ArgumentError if an option is unknown, out of its domain or does not go with the model, or a training that is
 * running has the model, the optimiser or the loader; DivergenceError if the loss or the
 * norm of the gradients of a step is not finite, in which case that step is not taken; FileError if the checkpoint
 * cannot be written or read, or is that of another training: nothing is changed then.
 * @example
 * const { train, test } = nn.loadMnist();
 * const random = new nn.RandomState(1);
 * const model = new nn.Sequential([new nn.Linear(784, 10, { random })]);
 * const history = await nn.fit(model, {
 *   loss: new nn.CrossEntropyLoss(),
 *   optimizer: new nn.SGD(model.parameters(), { learningRate: 0.1 }),
 *   train: new nn.DataLoader(train, { batchSize: 64, shuffle: random }),
 *   validation: new nn.DataLoader(test, { batchSize: 500 }),
 *   epochs: 1,
 * });
 * console.log(history.last.validationAccuracy > 0.9); // true
 */
export async function fit(model: Module, options: FitOptions): Promise<History> {
  checkFit(model, options);
  const { train, epochs, checkpoint, signal, onStep, onEpoch } = options;
  const holder = hold(model, options);
  const training = new Training(model, options);
  const { history } = training;
  const learning = model.training;
  const run = async (stop: AbortSignal): Promise<void> => {
    let yielded = performance.now();
    model.train();
    while (!training.done && !stop.aborted) {
      const { epoch } = training;
      for (const batch of reused(train)) {
        const loss = reuse(() => training.step(batch));
        const { step } = training.sums;
        holder.calling = true;
        const waiting = onStep?.({ epoch, epochs, step, steps: train.batches, loss });
        if (waiting instanceof Object && "then" in waiting) await waiting;
        holder.calling = false;
        if (performance.now() - yielded > TURN) {
          await turn();
          yielded = performance.now();
        }
        if (stop.aborted) break;
        const due = checkpoint?.everySteps !== undefined && step % checkpoint.everySteps === 0;
        if (due && step < train.batches) saveTraining(training, checkpoint);
      }
      if (training.sums.step === train.batches) {
        const record = training.finishEpoch();
        if (checkpoint) saveTraining(training, checkpoint);
        holder.calling = true;
        await onEpoch?.(record, history);
        holder.calling = false;
      } else if (checkpoint) {
        saveTraining(training, checkpoint);
      }
    }
    history.interrupted = !training.done;
    if (training.done) training.restoreBest();
  };
  try {
    if (checkpoint) resumeTraining(training, checkpoint);
    try {
      await stoppable(signal, (stop) => run(stop.signal));
    } finally {
      if (checkpoint) leaveTraining(training);
    }
  } finally {
    model.train(learning);
    holder.release();
  }
  return history;
}
