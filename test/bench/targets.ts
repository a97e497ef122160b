import { formNames, largeShapes, productName, thinShapes } from "./workloads";

/** The least ratio wanted of the library on a workload against a peer. */
interface Target {
  readonly workload: string;
  /** How the peer's name begins. */
  readonly peer: string;
  readonly atLeast: number;
}

const mlp1024 = "mlp 784-1024-10 relu b64";
const mlp292 = "mlp 784-292-10 relu b128";
const mlp64 = "mlp 784-64-10 relu b64";
const mlp30 = "mlp 784-30-10 sigmoid b10";

const targets: readonly Target[] = [
  { workload: mlp1024, peer: "pytorch", atLeast: 2 },
  { workload: mlp1024, peer: "numpy original", atLeast: 5 },
  { workload: mlp292, peer: "pytorch", atLeast: 1.6 },
  { workload: mlp64, peer: "pytorch", atLeast: 3 },
  { workload: mlp64, peer: "numpy f32", atLeast: 1.3 },
  { workload: mlp30, peer: "pytorch", atLeast: 10 },
  { workload: mlp30, peer: "numpy f64", atLeast: 3 },
  ...["cnn 2conv b32", "cnn 2conv b128"].map((workload) => ({ workload, peer: "pytorch", atLeast: 1 })),
  ...[mlp1024, mlp292, mlp64, mlp30].map((workload) => ({ workload, peer: "tfjs", atLeast: 50 })),
  { workload: `${mlp292} f64`, peer: "numpy f64", atLeast: 1.2 },
  { workload: "lstm 5000x64-128 len512 b32", peer: "pytorch", atLeast: 1 },
  { workload: "lstm 10000x128-64 len512 b4", peer: "pytorch", atLeast: 1 },
  { workload: "gru 20000x128-128 len512 b32", peer: "pytorch", atLeast: 1 },
  ...largeShapes
    .flatMap((shape) => formNames(shape, "float32"))
    .flatMap((workload) => [
      { workload, peer: "openblas 1t", atLeast: 0.47 },
      { workload, peer: "scratch-nn wasm 1t", atLeast: 1.8 },
    ]),
  ...thinShapes
    .flatMap((shape) => [
      productName(shape, [false, false], "float32"),
      productName(shape, [false, false], "float64"),
    ])
    .map((workload) => ({ workload, peer: "plain loop", atLeast: 1 })),
];

/** The slowest of the four forms of a product against the fastest, at least. */
export const formsTarget = 0.9;
/** A product in float64 against the same in float32, at least. */
export const float64Target = 0.5;

/** The least ratio wanted against that peer, if one is set. */
export function targetOf(workload: string, peer: string): number | undefined {
  return targets.find((target) => target.workload === workload && peer.startsWith(target.peer))?.atLeast;
}
