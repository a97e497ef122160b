import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { FileError } from "scratch-nn";
import { expect, test } from "vitest";
import {
  choice,
  integer,
  logInteger,
  logUniform,
  random,
  Study,
  TrialFailed,
  uniform,
} from "../../lib/dist/search";
import { temporaryFolder } from "./studies";

/** A Python that has Optuna; .ci/run makes one. */
const python = process.env.SCRATCH_NN_OPTUNA;
const path = temporaryFolder();

async function studied(): Promise<Study<ReturnType<typeof makeSpace>>> {
  const study = new Study({
    name: "told",
    space: makeSpace(),
    sampler: random({ seed: 3 }),
    trials: 6,
    direction: "maximize",
    objective: ({ number, params }) => {
      if (number === 4) throw new TrialFailed("too large");
      return {
        value: params.x,
        metrics: { of: [number] },
        curves: { loss: [2, 1], score: [null, params.x] },
      };
    },
  });
  return study.run();
}

function makeSpace() {
  return {
    x: uniform(-1, 1),
    rate: logUniform(1e-3, 1),
    units: integer(2, 9),
    width: logInteger(2, 99),
    kind: choice(["a", "b"]),
    shape: choice([[1], [2, 3], { deep: true }]),
    flag: choice([true, 2, null]),
  };
}

test("toOptuna writes lines that Optuna's documentation describes", async () => {
  const study = await studied();
  study.toOptuna(path("optuna.log"));
  const [head, ...lines] = readFileSync(path("optuna.log"), "utf8").trimEnd().split("\n");
  expect(JSON.parse(head!)).toMatchObject({ op_code: 0, study_name: "told", directions: [2] });
  const [first] = study.trials;
  expect(JSON.parse(lines[0]!)).toMatchObject({
    op_code: 4,
    state: 1,
    value: first!.value,
    params: { units: first!.params.units, kind: ["a", "b"].indexOf(first!.params.kind) },
    intermediate_values: { 2: first!.value },
    user_attrs: { of: [0], loss: [2, 1] },
  });
  expect(JSON.parse(lines[4]!)).toMatchObject({ state: 3, value: null, user_attrs: { error: "too large" } });
});

test("toOptuna replaces what it has written, and nothing of anybody else's", async () => {
  const study = await studied();
  study.toOptuna(path("optuna.log"));
  const written = readFileSync(path("optuna.log"), "utf8");
  study.toOptuna(path("optuna.log"));
  expect(readFileSync(path("optuna.log"), "utf8")).toBe(written);
  const theirs = `${written}{"op_code":5,"worker_id":"1","trial_id":3}\n`;
  writeFileSync(path("optuna.log"), theirs);
  expect(() => study.toOptuna(path("optuna.log"))).toThrow(FileError);
  expect(readFileSync(path("optuna.log"), "utf8")).toBe(theirs);
  expect(() => study.toOptuna(undefined as never)).toThrow("Study.toOptuna");
});

const told = python === undefined ? " (left out: SCRATCH_NN_OPTUNA names no Python with Optuna)" : "";
test.runIf(python !== undefined)(`optuna.load_study opens it${told}`, async () => {
  const study = await studied();
  study.toOptuna(path("optuna.log"));
  const { stdout, stderr } = spawnSync(python!, ["-c", LOAD, path("optuna.log")], { encoding: "utf8" });
  expect(stderr).not.toContain("Traceback");
  const loaded = JSON.parse(stdout) as { name: string; direction: string; best: number; trials: unknown[] };
  expect(loaded).toMatchObject({ name: "told", direction: "MAXIMIZE", best: study.best.number });
  const asTold = study.trials.map(({ number, params, value, error }) => ({
    number,
    state: error === undefined ? "COMPLETE" : "FAIL",
    value,
    params: { ...params, shape: JSON.stringify(params.shape) },
    reports: value === null ? {} : { 2: value },
  }));
  expect(loaded.trials).toEqual(asTold);
});

const LOAD = `
import json, sys, optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
study = optuna.load_study(study_name="told", storage=JournalStorage(JournalFileBackend(sys.argv[1])))
print(json.dumps({
    "name": study.study_name, "direction": study.direction.name, "best": study.best_trial.number,
    "trials": [{"number": t.number, "state": t.state.name, "value": t.value, "params": t.params,
                "reports": t.intermediate_values} for t in study.trials]}))
`;
