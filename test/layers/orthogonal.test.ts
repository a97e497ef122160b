import { Linear, RandomState } from "scratch-nn";
import { expect, test } from "vitest";
import { expectClose } from "../helpers/expectClose";

test.each([
  [1, 1],
  [5, 5],
  [3, 65],
  [65, 17],
])("orthogonal weights [%i, %i] have orthonormal rows or columns", (rows, columns) => {
  const layer = new Linear(rows, columns, {
    random: new RandomState(2),
    init: "orthogonal",
    dtype: "float64",
  });
  const w = layer.weight.value;
  const products = w.matmul(w, rows <= columns ? { transposeB: true } : { transposeA: true });
  const identity = products.map(() => 0);
  const side = Math.min(rows, columns);
  for (let i = 0; i < side; i++) identity.data[i * side + i] = 1;
  expectClose(products.data, identity.data, 1e-14);
});

test("the diagonal of R = QᵀA is positive, with A drawn as NumPy draws it", () => {
  const { weight } = new Linear(7, 4, { random: new RandomState(5), init: "orthogonal", dtype: "float64" });
  const a = new RandomState(5).randn(7, 4);
  for (let j = 0; j < 4; j++) {
    for (let k = 0; k <= j; k++) {
      let r = 0;
      for (let i = 0; i < 7; i++) r += weight.value.at(i, j) * a[i * 4 + k]!;
      if (k < j) expect(Math.abs(r)).toBeLessThan(1e-14);
      else expect(r).toBeGreaterThan(0);
    }
  }
});
