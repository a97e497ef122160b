import { ArgumentError } from "../../errors";
import { Conv2d } from "../Conv2d";
import { ConvolutionBlock } from "../convolution/ConvolutionBlock";
import { Dropout } from "../Dropout";
import { Embedding } from "../Embedding";
import { GRU } from "../GRU";
import { LSTM } from "../LSTM";
import { MaxOverTime } from "../MaxOverTime";
import { MaxPool2d } from "../MaxPool2d";
import type { Module } from "../Module";
import { ReLU } from "../ReLU";
import { EmbeddedRecurrent } from "../recurrence/EmbeddedRecurrent";
import { isExactly } from "./isExactly";

/**
 * The layers as they are computed: one in place of a convolution, its ReLU and the max pooling behind them, and one in
 * place of an Embedding and the recurrent layer behind it, with the dropout between them and the max pooling behind.
 * @throws ArgumentError if what an Embedding with maskZero stands before cannot skip padding.
 */
export function fuse(layers: readonly Module[]): Module[] {
  const stages: Module[] = [];
  for (let i = 0; i < layers.length; i++) {
    const layer = layers[i];
    const next = layers[i + 1];
    const isRectified = isExactly(next, ReLU);
    const pool = isRectified ? layers[i + 2] : next;
    if (
      isExactly(layer, Conv2d) &&
      isExactly(pool, MaxPool2d) &&
      pool.size > 1 &&
      pool.stride === pool.size
    ) {
      stages.push(new ConvolutionBlock(layer, isRectified, pool));
      i += isRectified ? 2 : 1;
      continue;
    }
    const dropout = isExactly(layer, Embedding) && isExactly(next, Dropout) ? next : undefined;
    const behind = dropout ? layers[i + 2] : next;
    if (isExactly(layer, Embedding) && (isExactly(behind, LSTM) || isExactly(behind, GRU))) {
      i += dropout ? 2 : 1;
      const last = layers[i + 1];
      const pool = behind.returnSequences && isExactly(last, MaxOverTime) ? last : undefined;
      stages.push(new EmbeddedRecurrent(layer, behind, { dropout, pool }));
      if (pool) i++;
    } else if (layer instanceof Embedding && layer.maskZero) {
      const name = behind ? behind.constructor.name : "nothing";
      throw new ArgumentError(
        "Sequential",
        `maskZero needs an LSTM or a GRU behind the Embedding, got ${name}`,
      );
    } else {
      stages.push(layer);
    }
  }
  return stages;
}
