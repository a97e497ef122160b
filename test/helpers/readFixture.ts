import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DType, Tensor } from "scratch-nn";

/** The content of test/fixtures/NAME.json, whose form the caller knows. */
export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(join(__dirname, "../fixtures", `${name}.json`), "utf8")) as T;
}

/** A tensor as the fixtures hold it. */
export interface StoredNumbers {
  readonly shape: number[];
  readonly values: number[];
}

/** A tensor of a fixture. */
export function toTensor({ shape, values }: StoredNumbers, dtype: DType): Tensor {
  return Tensor.from(values, shape, dtype);
}
