import { ArgumentError, ConstantScheduler, ExponentialScheduler } from "scratch-nn";
import { expect, test } from "vitest";

test("a constant is constant", () => {
  const scheduler = new ConstantScheduler(0.3);
  expect([scheduler.rate(), scheduler.initial]).toEqual([0.3, 0.3]);
});

test("the exponential falls in stairs, or smoothly where asked to", () => {
  const stairs = new ExponentialScheduler({ initial: 0.8, decay: 0.5, every: 4 });
  expect([0, 3, 4, 7, 8, 400].map((step) => stairs.rate(step))).toEqual([
    0.8,
    0.8,
    0.4,
    0.4,
    0.2,
    0.8 * 0.5 ** 100,
  ]);
  const smooth = new ExponentialScheduler({ initial: 0.8, decay: 0.25, every: 4, staircase: false });
  expect([0, 2, 4].map((step) => smooth.rate(step))).toEqual([0.8, 0.4, 0.2]);
  expect(smooth.rate(1)).toBeCloseTo(0.8 * 0.25 ** 0.25, 15);
  expect(new ExponentialScheduler({ initial: 0.1, decay: 1, every: 0.5 }).rate(1000)).toBe(0.1);
});

test("what makes no schedule is refused", () => {
  const refused = (changed: object, message: string): void => {
    expect(() => new ExponentialScheduler({ initial: 0.1, decay: 0.9, every: 10, ...changed })).toThrow(
      new ArgumentError("ExponentialScheduler", message),
    );
  };
  refused({ initial: -1 }, "the learning rate must be a finite number ≥ 0, got -1");
  for (const decay of [0, -0.5, 1.1, Number.NaN]) refused({ decay }, `decay must be in (0, 1], got ${decay}`);
  for (const every of [0, -1, Number.NaN]) refused({ every }, `every must be > 0 steps, got ${every}`);
  expect(() => new ConstantScheduler(Number.NaN)).toThrow(ArgumentError);
});
