import {
  AveragePool2d,
  Conv2d,
  type DType,
  GlobalAveragePool2d,
  MaxPool2d,
  RandomState,
  type Tensor,
} from "scratch-nn";
import { describe, test } from "vitest";
import { checkModule } from "../helpers/checkModule";
import { readFixture, type StoredNumbers, toTensor } from "../helpers/readFixture";

interface Case {
  dtype: DType;
  x: StoredNumbers;
  y: StoredNumbers;
  dy: StoredNumbers;
  dx: StoredNumbers;
}

interface ConvolutionCase extends Case {
  stride: number | [number, number];
  padding: number | [number, number] | "same";
  weight: StoredNumbers;
  bias: StoredNumbers;
  dWeight: StoredNumbers;
  dBias: StoredNumbers;
}

interface PoolingCase extends Case {
  stride: number;
  size: number;
}

const { convolutions, poolings, averages, whole } = readFixture<{
  convolutions: ConvolutionCase[];
  poolings: PoolingCase[];
  averages: PoolingCase[];
  whole: PoolingCase[];
}>("torch-conv");

const tolerances: Record<DType, number> = { float32: 4e-6, float64: 1e-14 };

function values({ dtype, x, y, dy, dx }: Case): Record<"x" | "y" | "dy" | "dx", Tensor> {
  return { x: toTensor(x, dtype), y: toTensor(y, dtype), dy: toTensor(dy, dtype), dx: toTensor(dx, dtype) };
}

describe("equals PyTorch's", () => {
  test.each(convolutions)("Conv2d $weight.shape in $dtype on $x.shape", (fixture) => {
    const { dtype, stride, padding, weight, bias } = fixture;
    const [rows, columns, inputs, outputs] = weight.shape as [number, number, number, number];
    const options = { random: new RandomState(0), stride, padding, dtype };
    const layer = new Conv2d(inputs, outputs, [rows, columns], options);
    layer.weight.value.data.set(weight.values);
    layer.bias.value.data.set(bias.values);
    const gradients = { weight: toTensor(fixture.dWeight, dtype), bias: toTensor(fixture.dBias, dtype) };
    checkModule(layer, { ...values(fixture), gradients }, tolerances[dtype]);
  });

  test.each(poolings)("MaxPool2d $size, $stride in $dtype on $x.shape", (fixture) => {
    const { dtype, size, stride } = fixture;
    checkModule(new MaxPool2d(size, { stride }), values(fixture), tolerances[dtype]);
  });

  test.each(averages)("AveragePool2d $size, $stride in $dtype on $x.shape", (fixture) => {
    const { dtype, size, stride } = fixture;
    checkModule(new AveragePool2d(size, { stride }), values(fixture), tolerances[dtype]);
  });

  test.each(whole)("GlobalAveragePool2d on $x.shape", (fixture) => {
    const { x, y, dy, dx } = values(fixture);
    const rows = (tensor: Tensor): Tensor => tensor.reshape([tensor.shape[0]!, tensor.shape[3]!]);
    checkModule(new GlobalAveragePool2d(), { x, y: rows(y), dy: rows(dy), dx }, tolerances.float64);
  });
});
