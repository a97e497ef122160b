import {
  ArgumentError,
  gradCheck,
  Linear,
  type Module,
  QuadraticLoss,
  RandomState,
  Sigmoid,
  Tensor,
} from "scratch-nn";
import { describe, expect, test } from "vitest";
import { expectClose } from "../helpers/expectClose";
import { randomTensor } from "../helpers/randomTensor";

const loss = new QuadraticLoss();
const x = randomTensor([3, 4], { dtype: "float64" });
const targets = randomTensor([3, 2], { dtype: "float64", seed: 2 });

function check(model: Module): Record<string, number> {
  const rows = gradCheck(model, x, targets, { loss });
  return Object.fromEntries(rows.map(({ name, relativeError }) => [name, relativeError]));
}

class OneOff extends Linear {
  override backward(dy: Tensor): Tensor {
    return super.backward(dy).multiply(1.001);
  }
}

class Forgetful extends Linear {
  override backward(dy: Tensor): Tensor {
    const dx = super.backward(dy);
    this.bias.grad.data.fill(0);
    return dx;
  }
}

class Transposed extends Linear {
  override backward(dy: Tensor): Tensor {
    const dx = super.backward(dy);
    this.weight.grad.data.reverse();
    return dx;
  }
}

const make = (Kind: typeof Linear): Linear =>
  new Kind(4, 2, { random: new RandomState(1), dtype: "float64" });

describe("gradCheck", () => {
  test("gives both gradients of x and of every parameter", () => {
    const model = make(Linear);
    const rows = gradCheck(model, x, targets, { loss });
    expect(rows.map(({ name }) => name)).toEqual(["x", "weight", "bias"]);
    loss.forward(model.forward(x), targets);
    expectClose(rows[0]!.analytic, model.backward(loss.backward()).data, 0);
    expectClose(rows[1]!.analytic, model.weight.grad.data, 0);
    for (const { analytic, numeric, relativeError } of rows) {
      expectClose(numeric, analytic, 1e-8);
      expect(relativeError).toBeLessThan(1e-6);
    }
  });

  test("finds what is wrong, and only that", () => {
    const wrongX = check(make(OneOff));
    expect(wrongX.x).toBeGreaterThan(5e-4);
    expect(wrongX.weight).toBeLessThan(1e-6);
    const wrongBias = check(make(Forgetful));
    expect(wrongBias.bias).toBe(1);
    expect(wrongBias.weight).toBeLessThan(1e-6);
    expect(check(make(Transposed)).weight).toBeGreaterThan(0.1);
  });

  test("leaves x, the parameters and the gradients as they were", () => {
    const model = make(Linear);
    const before = [x, ...model.parameters().map(({ value }) => value)].map((tensor) => [...tensor.data]);
    check(model);
    const after = [x, ...model.parameters().map(({ value }) => value)].map((tensor) => [...tensor.data]);
    expect(after).toEqual(before);
    expect(model.parameters().some((parameter) => parameter.hasGrad)).toBe(false);
  });

  test("does not add to gradients that are there", () => {
    const model = make(Linear);
    model.forward(x);
    model.backward(targets);
    expect(check(model).weight).toBeLessThan(1e-6);
  });

  test("takes the half width of the difference", () => {
    const wanted = Tensor.zeros([3, 4], "float64");
    const rough = gradCheck(new Sigmoid(), x, wanted, { loss, h: 0.1 })[0]!.relativeError;
    expect(rough).toBeGreaterThan(1e-5);
    expect(gradCheck(new Sigmoid(), x, wanted, { loss })[0]!.relativeError).toBeLessThan(1e-8);
  });

  test("of gradients that are all 0 finds no error", () => {
    const zero = Tensor.zeros([2, 2], "float64");
    // Far out the sigmoid is flat.
    expect(
      gradCheck(new Sigmoid(), zero.add(800), Tensor.ones([2, 2], "float64"), { loss })[0]!.relativeError,
    ).toBe(0);
  });

  test("refuses float32", () => {
    expect(() => gradCheck(make(Linear), x.to("float32"), targets, { loss })).toThrow(
      new ArgumentError("gradCheck", "x must be float64, got float32"),
    );
  });
});
