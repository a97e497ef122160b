import { expect, test } from "vitest";
import { toFixedEven } from "../../lib/dist/metrics/formatReport";

test("exact ties go to the even digit, and nothing else does", () => {
  expect(toFixedEven(0.125, 2)).toBe("0.12");
  expect(toFixedEven(0.375, 2)).toBe("0.38");
  expect(toFixedEven(0.625, 2)).toBe("0.62");
  expect(toFixedEven(0.875, 2)).toBe("0.88");
  expect(toFixedEven(0.5, 0)).toBe("0");
  expect(toFixedEven(1.5, 0)).toBe("2");
  expect(toFixedEven(0.03125, 4)).toBe("0.0312");
  expect(toFixedEven(1.005, 2)).toBe("1.00");
  expect(toFixedEven(0.145, 2)).toBe("0.14");
  expect(toFixedEven(0.575, 2)).toBe("0.57");
  expect(toFixedEven(1, 2)).toBe("1.00");
  expect(toFixedEven(Number.NaN, 2)).toBe("nan");
});
