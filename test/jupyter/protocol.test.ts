import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { JupyterClient } from "./helpers/JupyterClient";

let client: JupyterClient;
beforeAll(async () => {
  client = await JupyterClient.start();
});
beforeEach(() => {
  client.published.length = 0;
});
afterAll(() => client.close());

/** What was published for these requests: `0 busy`, `0 idle`, … */
function published(ids: readonly string[]): string[] {
  return client.published.map(({ request, what }) => `${ids.indexOf(request)} ${what}`);
}

test("each queued cell has its own busy and idle, and after an error what was queued before it is aborted", async () => {
  const codes = [
    "await new Promise((resolve) => setTimeout(resolve, 200));",
    "1",
    'throw new Error("x");',
    "2",
  ];
  const ids = codes.map((code) => client.execute(code));
  const info = client.send("kernel_info_request", {});
  const replies = await Promise.all([...ids, info].map((id) => client.reply(id)));
  expect(replies.map(({ content }) => content.status)).toEqual(["ok", "ok", "error", "aborted", "ok"]);
  expect(replies[2]!.content).toMatchObject({ execution_count: 3, ename: "Error", evalue: "x" });
  expect(replies[3]!.content).toMatchObject({ execution_count: 3 });
  expect(published([...ids, info])).toEqual([
    ...["0 busy", "0 execute_input", "0 idle"],
    ...["1 busy", "1 execute_input", "1 stream", "1 idle"],
    ...["2 busy", "2 execute_input", "2 error", "2 idle"],
    ...["3 busy", "3 idle"],
    ...["4 busy", "4 idle"],
  ]);
  expect(client.published.find(({ what }) => what === "error")?.content).toMatchObject({
    ename: "Error",
    evalue: "x",
    traceback: ["Error: x", expect.stringMatching(/cell \[3\] line 1/)],
  });
});

test("cells that came during a synchronous cell that fails are aborted too", async () => {
  const failing = client.execute(
    'const end = Date.now() + 300;\nwhile (Date.now() < end);\nthrow new Error("x");',
  );
  await sleep(100);
  const later = Array.from({ length: 20 }, () => client.execute("1"));
  expect((await client.reply(failing)).content.status).toBe("error");
  const statuses = await Promise.all(later.map(async (id) => (await client.reply(id)).content.status));
  expect(new Set(statuses)).toEqual(new Set(["aborted"]));
});

test("a cell after a failed or abandoned one is executed, however soon it comes", async () => {
  for (let round = 0; round < 10; round++) {
    const failed = client.execute('throw new Error("x");');
    await client.reply(failed);
    expect((await client.reply(client.execute("1"))).content.status).toBe("ok");
    const waiting = client.execute("await new Promise(() => {});");
    await sleep(100);
    client.send("interrupt_request", {}, "control");
    expect((await client.reply(waiting)).content.ename).toBe("Interrupted");
    expect((await client.reply(client.execute("1"))).content.status).toBe("ok");
  }
});

test("a silent cell is not counted, and may fail without aborting others", async () => {
  const before = Number((await client.reply(client.execute("1"))).content.execution_count);
  const silent = client.send("execute_request", { code: "nothing", silent: true, stop_on_error: false });
  const next = client.execute("1");
  expect((await client.reply(silent)).content).toMatchObject({ status: "error", execution_count: before });
  expect((await client.reply(next)).content).toMatchObject({ status: "ok", execution_count: before + 1 });
});

test("an interrupt_request ends a synchronous loop", async () => {
  const cell = client.execute("for (;;) {}");
  await sleep(500);
  const interrupt = client.send("interrupt_request", {}, "control");
  expect((await client.reply(cell)).content).toMatchObject({ status: "error", ename: "Interrupted" });
  expect(await client.reply(interrupt)).toMatchObject({
    header: { msg_type: "interrupt_reply" },
    content: { status: "ok" },
  });
});

test.each(["await new Promise(() => {});", "for (;;) {}"])(
  "an interrupt is heard at any moment after the cell began: %s",
  async (code) => {
    for (let delay = 0; delay < 100; delay += 5) {
      const cell = client.execute(`const delay = ${delay};\n${code}`);
      while (!published([cell]).includes("0 execute_input")) await sleep(1);
      await sleep(delay);
      client.send("interrupt_request", {}, "control");
      expect((await client.reply(cell)).content.ename).toBe("Interrupted");
    }
  },
);

test.each([
  ["comm_info_request", {}, "comm_info_reply", { status: "ok", comms: {} }],
  ["history_request", { hist_access_type: "tail", n: 3 }, "history_reply", { status: "ok", history: [] }],
  [
    "is_complete_request",
    { code: "function f() {" },
    "is_complete_reply",
    { status: "incomplete", indent: "  " },
  ],
  ["complete_request", { code: "Mat", cursor_pos: 3 }, "complete_reply", { status: "ok", cursor_start: 0 }],
  ["inspect_request", { code: "Math", cursor_pos: 2 }, "inspect_reply", { status: "ok", found: true }],
])("%s %j", async (type, content, replyType, reply) => {
  const { header, content: answer } = await client.reply(client.send(type, content));
  expect(header.msg_type).toBe(replyType);
  expect(answer).toMatchObject(reply);
});

test("a comm of a target that nobody knows is closed, and messages to it are taken", async () => {
  const open = client.send("comm_open", { comm_id: "abc", target_name: "jupyter.widget", data: {} });
  const message = client.send("comm_msg", { comm_id: "abc", data: {} });
  const close = client.send("comm_close", { comm_id: "abc", data: {} });
  await client.reply(client.send("kernel_info_request", {}));
  expect(published([open, message, close]).slice(0, 7)).toEqual([
    ...["0 busy", "0 comm_close", "0 idle", "1 busy", "1 idle", "2 busy", "2 idle"],
  ]);
  expect(client.published[1]!.content).toMatchObject({ comm_id: "abc" });
});

test("a shutdown is told to everybody and ends a kernel that is busy for ever", async () => {
  client.execute("for (;;) {}");
  await sleep(300);
  const exited = once(client.process, "exit");
  const request = client.send("shutdown_request", { restart: true }, "control");
  while (!client.replies.has(request)) await sleep(5);
  expect(client.replies.get(request)).toMatchObject({
    header: { msg_type: "shutdown_reply" },
    content: { status: "ok", restart: true },
  });
  await exited;
});

test("a shutdown request on the shell channel is answered too", async () => {
  const second = await JupyterClient.start();
  const exited = once(second.process, "exit");
  const { content } = await second.reply(second.send("shutdown_request", { restart: false }));
  expect(content).toEqual({ status: "ok", restart: false });
  expect(await exited).toEqual([0, null]);
  await second.close();
});
