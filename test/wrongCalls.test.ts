import { expect, test } from "vitest";
import * as nn from "../lib/dist/notebook";

/** What a person may give by mistake. */
const values = [undefined, null, 5, "x", {}, [], [null], true, Number.NaN, new Float32Array(3)];
/** Those that would fill the terminal, or change what later tests compute with. */
const unsafe = ["setThreads", "html", "markdown"];

type Call = (...args: readonly unknown[]) => unknown;

/** Every function and class of the public surface, by its name, as a function. */
function publicCalls(room: object, prefix = ""): [name: string, call: Call][] {
  return Object.entries(room).flatMap(([name, value]): [string, Call][] => {
    if (typeof value === "object" && value !== null) return publicCalls(value, `${prefix}${name}.`);
    if (typeof value !== "function" || unsafe.includes(name)) return [];
    const isClass = /^class\b/.test(Function.prototype.toString.call(value));
    const call: Call = (...args) =>
      isClass ? Reflect.construct(value, args) : Reflect.apply(value, undefined, args);
    return [[`${prefix}${name}`, call]];
  });
}

/** What is wrong with the answer to a call: an error that is not the library's own. */
async function fault(call: Call, args: readonly unknown[]): Promise<string[]> {
  try {
    await call(...args);
    return [];
  } catch (error) {
    return error instanceof nn.ScratchError ? [] : [String(error)];
  }
}

/** The options that a function says it has. */
async function optionsOf(call: Call, before: readonly unknown[]): Promise<string[]> {
  try {
    await call(...before, { zzz: 1 });
    return [];
  } catch (error) {
    return /The (?:only option is|options are) (.*)$/.exec(String(error))?.[1]?.split(", ") ?? [];
  }
}

test.each(publicCalls(nn))("a wrong call of %s ends in an error of the library", async (_name, call) => {
  const faults = await fault(call, []);
  for (const a of values) {
    faults.push(...(await fault(call, [a])));
    for (const b of values) faults.push(...(await fault(call, [a, b])));
  }
  for (const before of [[], [2], [2, 2]]) {
    const names = await optionsOf(call, before);
    for (const value of values) {
      const all = Object.fromEntries(names.map((name) => [name, value]));
      faults.push(...(await fault(call, [...before, all])));
    }
  }
  expect([...new Set(faults)]).toEqual([]);
});
