import { createHash } from "node:crypto";
import { ArgumentError, type Dataset, loadMnist, ShapeError } from "scratch-nn";
import { describe, expect, test } from "vitest";
import { firstOfEachClass, poolMnist } from "../../../lib/dist/projects/homework";

const sha256 = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");

/** Pictures [2, 4] of classes 1, 0, 0, 1. */
const pictures: Dataset = {
  name: "pictures",
  count: 4,
  sampleShape: [2, 4],
  classes: 2,
  inputs: Uint8Array.of(
    ...[0, 0, 255, 255, 0, 63, 255, 255],
    ...[0, 0, 16, 16, 0, 64, 16, 16],
    ...[0, 0, 0, 191, 0, 0, 0, 0],
    ...[255, 255, 1, 2, 255, 255, 3, 4],
  ),
  labels: Uint8Array.of(1, 0, 0, 1),
};

describe("poolMnist", () => {
  test("gives the homework's two lists to the bit", () => {
    const { train, test: held } = loadMnist();
    const pooled = [train, held].map((part) => poolMnist(firstOfEachClass(part)));
    expect(pooled.map(({ count, sampleShape, classes }) => [count, sampleShape, classes])).toEqual([
      [2499, [14, 14], 10],
      [2499, [14, 14], 10],
    ]);
    // Of the arrays in tinyMNIST.pkl.gz, stacked as float64.
    expect(pooled.map(({ inputs }) => sha256(inputs))).toEqual([
      "17b6f9341798fd53ae52748302b5fd31508f0f3d02e7d9b81e20ea63f4fc8a43",
      "9c167793ada5e703ee234260d287070925b5d3e25ad3aa04883bc0009ffd13d8",
    ]);
    const counts = pooled.map(({ labels }) =>
      [...Array(10).keys()].map((c) => labels.filter((l) => l === c).length),
    );
    expect(counts).toEqual(Array(2).fill([...Array(9).fill(250), 249]));
    for (const { labels } of pooled) expect([...labels].sort()).toEqual([...labels]);
  });

  test("takes the first of each class, class after class, in tenths rounded half up", () => {
    const { inputs, labels, sampleShape } = poolMnist(firstOfEachClass(pictures, 4));
    expect(sampleShape).toEqual([1, 2]);
    expect([...labels]).toEqual([0, 0, 1, 1]);
    expect([...inputs]).toEqual([0.1, 0.1, 0, 0.1, 0, 0.8, 0.8, 0]);
  });

  test("leaves the last class short where count asks for it", () => {
    expect([...firstOfEachClass(pictures, 3).labels]).toEqual([0, 0, 1]);
    expect([...firstOfEachClass(pictures, 1).labels]).toEqual([0]);
  });

  test("refuses what it cannot pool", () => {
    expect(() => poolMnist({ ...pictures, sampleShape: [8] })).toThrow(ShapeError);
    expect(() => poolMnist({ ...pictures, sampleShape: [1, 8] })).toThrow(
      "poolMnist: samples must be [rows, columns], both even, got [1, 8]",
    );
    expect(() => poolMnist({ ...pictures, inputs: new Float64Array(32) })).toThrow(
      "poolMnist: inputs must be bytes, got Float64Array",
    );
    expect(() => poolMnist({ ...pictures, classes: 1 })).toThrow(
      "poolMnist: labels of pictures must be whole numbers from 0 to 0, got 1 in sample 0",
    );
    for (const count of [0, -1, 1.5, Number.NaN]) {
      expect(() => firstOfEachClass(pictures, count)).toThrow(ArgumentError);
    }
    expect(() => firstOfEachClass(pictures, 5)).toThrow(
      "firstOfEachClass: count must leave 3 samples a class, got 5, with 2 of class 0 in pictures",
    );
  });
});
