import {
  type DType,
  Linear,
  type Module,
  RandomState,
  ReLU,
  Sigmoid,
  Softmax,
  type Tensor,
} from "scratch-nn";
import { expect, test } from "vitest";
import { checkModule } from "../helpers/checkModule";
import { readFixture, type StoredNumbers, toTensor } from "../helpers/readFixture";

interface LayerCase {
  layer: "Linear" | "ReLU" | "Sigmoid" | "Softmax";
  dtype: DType;
  x: StoredNumbers;
  y: StoredNumbers;
  dy: StoredNumbers;
  dx: StoredNumbers;
  weight?: StoredNumbers;
  bias?: StoredNumbers;
  dWeight?: StoredNumbers;
  dBias?: StoredNumbers;
}

const { layers } = readFixture<{ layers: LayerCase[] }>("torch-layers");

function build({ layer, dtype, weight, bias }: LayerCase): Module {
  if (layer === "ReLU") return new ReLU();
  if (layer === "Sigmoid") return new Sigmoid();
  if (layer === "Softmax") return new Softmax();
  const linear = new Linear(weight!.shape[0]!, weight!.shape[1]!, { random: new RandomState(0), dtype });
  linear.weight.value.data.set(weight!.values);
  linear.bias.value.data.set(bias!.values);
  return linear;
}

test.each(layers)("$layer equals PyTorch's in $dtype on $x.shape", (fixture) => {
  const { dtype, dWeight, dBias } = fixture;
  const read = (stored: StoredNumbers): Tensor => toTensor(stored, dtype);
  checkModule(
    build(fixture),
    {
      x: read(fixture.x),
      y: read(fixture.y),
      dy: read(fixture.dy),
      dx: read(fixture.dx),
      gradients: dWeight && dBias ? { weight: read(dWeight), bias: read(dBias) } : {},
    },
    dtype === "float32" ? 2e-6 : 1e-14,
  );
});

test("the fixture covers every layer in both dtypes", () => {
  expect(new Set(layers.map(({ layer, dtype }) => `${layer} ${dtype}`)).size).toBe(8);
});
