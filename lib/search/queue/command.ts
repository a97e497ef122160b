#!/usr/bin/env node
/* `npm run worker -- URL` and `scratch-nn-worker URL`: a worker of a queue. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { ArgumentError, messageOf } from "../../errors";
import { checkAddress, checkQueueName } from "./connect";
import { PREFIX } from "./messages";
import { type QueueWorkerOptions, serveQueue } from "./QueueWorker";

const USAGE = `scratch-nn-worker URL [OPTIONS] runs trials of the studies on a queue, until Ctrl-C or SIGTERM ends it.

  URL                      redis://user:password@host:6379, or rediss://… for TLS; SCRATCH_NN_QUEUE if it is left out,
                           so that no password is seen in the list of processes
  --parallel N             trials at the same time (default: as many as there are processors)
  --name NAME              the name of the queue (default: ${PREFIX})
  --lock SECONDS           how long it may be silent before its trials are given to others (default: 30)
  --allow-other-numerics   work also for studies that were begun on a machine that computes other bits; such trials
                           are marked in the journal
`;

function readArguments(): Omit<QueueWorkerOptions, "say" | "signal"> | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      parallel: { type: "string", default: String(availableParallelism()) },
      name: { type: "string", default: PREFIX },
      lock: { type: "string", default: "30" },
      "allow-other-numerics": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const [url = process.env.SCRATCH_NN_QUEUE, more] = positionals;
  checkAddress("scratch-nn-worker", url);
  if (more !== undefined) throw new ArgumentError("scratch-nn-worker", `must have one URL, got ${more} too`);
  checkQueueName("scratch-nn-worker", values.name);
  const count = (name: "parallel" | "lock"): number => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value > 0) return value;
    throw new ArgumentError("scratch-nn-worker", `--${name} must be a whole number > 0, got ${values[name]}`);
  };
  return {
    url,
    name: values.name,
    parallel: count("parallel"),
    lock: count("lock"),
    allowOtherNumerics: values["allow-other-numerics"],
  };
}

async function main(): Promise<void> {
  const found = readArguments();
  if (!found) {
    console.log(USAGE);
    return;
  }
  const end = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      console.log("worker gives its trials back and ends");
      end.abort();
    });
  }
  await serveQueue({ ...found, say: (line) => console.log(`worker ${line}`), signal: end.signal });
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(messageOf(error));
    process.exit(1);
  },
);
