/** The thread of a Watchdog. */
import { parentPort, workerData } from "node:worker_threads";
import { parentWatch } from "../parentWatch";
import { address, answerTo, type Connection, type Content, decode, encode, type Message } from "../wire";
import { kernelInfo } from "./kernelInfo";
import { flag, type WatchdogRequest, type WatchdogSetting } from "./Watchdog";

const checkMs = 200;
/** Longer than Node.js takes to change its signal handlers before it runs a cell. */
const tickMs = 20;
/** A signal that a cell has not heard after so many ticks is sent again. */
const signalTicks = 50;
/** How long the reply to a shutdown has to leave, and then how long the kernel's own thread may take to end. */
const lastWordsMs = 50;
const shutdownMs = 1000;
/** How long zeromq goes on with a socket that was closed: Node.js aborts if the thread ends before that. */
const closingMs = 20;

const { parent, flags } = workerData as WatchdogSetting;
const sockets: { close(): void }[] = [];

function ask(request: WatchdogRequest): void {
  parentPort?.postMessage(request);
}

/** Ends the process, whatever its first thread is doing. */
function endProcess(): void {
  process.kill(process.pid, "SIGKILL");
}

/**
 * Asks the kernel's own thread, which hears it when its event loop turns, and stops what it runs synchronously by a
 * signal. One that comes a moment before is lost, and one that comes while Node.js changes its handlers ends the kernel.
 */
function interrupt(): void {
  Atomics.store(flags, flag.interruptWaits, 1);
  ask({ type: "interrupt" });
  if (process.platform === "win32") return;
  let synchronousTicks = 0;
  const timer = setInterval(() => {
    if (!isSet(flag.interruptWaits)) clearInterval(timer);
    else if (!isSet(flag.synchronous)) synchronousTicks = 0;
    else if (++synchronousTicks % signalTicks === 2) process.kill(process.pid, "SIGINT");
  }, tickMs);
}

function isSet(place: number): boolean {
  return Atomics.load(flags, place) === 1;
}

async function listen(connection: Connection): Promise<void> {
  const { Reply, Router } = await import("zeromq");
  const control = new Router({ linger: 0 });
  const heartbeat = new Reply({ linger: 0 });
  sockets.push(control, heartbeat);
  await Promise.all([
    control.bind(address(connection, connection.control_port)),
    heartbeat.bind(address(connection, connection.hb_port)),
  ]);
  (async () => {
    for await (const frames of heartbeat) await heartbeat.send(frames);
  })();
  for await (const frames of control) {
    const request = decoded(frames, connection.key);
    if (request === undefined) continue;
    const publish = (name: string, content: Content): void =>
      ask({ type: "publish", name, content, request: request.header });
    publish("status", { execution_state: "busy" });
    const content = answers[request.header.msg_type]?.(request);
    const type = request.header.msg_type.replace(/request$/, "reply");
    if (content !== undefined) await control.send(encode(answerTo(request, type, content), connection.key));
    if (type === "shutdown_reply") publish(type, content ?? {});
    publish("status", { execution_state: "idle" });
  }
}

/** A message that cannot be read is nobody's. */
function decoded(frames: readonly Buffer[], key: string): Message | undefined {
  try {
    return decode(frames, key);
  } catch {
    return undefined;
  }
}

const answers: Readonly<Record<string, (request: Message) => Content>> = {
  kernel_info_request: () => kernelInfo,
  interrupt_request: () => {
    interrupt();
    return { status: "ok" };
  },
  shutdown_request: ({ content }) => {
    setTimeout(() => ask({ type: "shutdown" }), lastWordsMs);
    setTimeout(endProcess, shutdownMs);
    return { status: "ok", restart: content.restart === true };
  },
};

function close(): void {
  for (const socket of sockets) socket.close();
  setTimeout(() => {
    Atomics.store(flags, flag.closed, 1);
    Atomics.notify(flags, flag.closed);
  }, closingMs);
}

const isGone = parentWatch(parent);
setInterval(() => isGone() && endProcess(), checkMs);
parentPort?.on("message", (message: Connection | "close") => {
  if (message === "close") close();
  else listen(message);
});
