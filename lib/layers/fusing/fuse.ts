import type { Module } from "../Module";
import { ConvolutionBlock } from "./ConvolutionBlock";
import { EmbeddedRecurrent } from "./EmbeddedRecurrent";
import type { Fused } from "./Fused";
import { Rectified } from "./Rectified";

/** The ways of computing layers together; the first that the next layers begin with is taken. */
const KINDS: readonly { find(layers: readonly Module[]): Fused | undefined }[] = [
  ConvolutionBlock,
  Rectified,
  EmbeddedRecurrent,
];

/**
 * The layers as they are computed, some of them together.
 * @throws ArgumentError if what an Embedding with maskZero stands before cannot skip padding.
 */
export function fuse(layers: readonly Module[]): Module[] {
  const stages: Module[] = [];
  for (let rest = layers; rest.length > 0; ) {
    const fused = find(rest);
    stages.push(fused ?? rest[0]);
    rest = rest.slice(fused?.layers.length ?? 1);
  }
  return stages;
}

function find(layers: readonly Module[]): Fused | undefined {
  for (const kind of KINDS) {
    const fused = kind.find(layers);
    if (fused) return fused;
  }
  return undefined;
}
