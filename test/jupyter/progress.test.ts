import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Content } from "../../lib/dist/jupyter/wire";
import { JupyterClient } from "./helpers/JupyterClient";

let client: JupyterClient;
beforeAll(async () => {
  client = await JupyterClient.start();
}, 60_000);
beforeEach(() => {
  client.published.length = 0;
});
afterAll(() => client.close());

test("a long cell shows a line that is updated, and at its end only what it would show without", async () => {
  const code = [
    'import { display, reportProgress } from "scratch-nn/notebook";',
    'console.log("before");',
    'display({ data: { "text/plain": "first" } }, { displayId: "d" });',
    "await new Promise((resolve) => setTimeout(resolve, 1000));",
    "for (let step = 1; step <= 3; step++) {",
    '  reportProgress({ label: "a <b>", epoch: 2, epochs: 2, step, steps: 3, stepsPerSecond: 5, secondsLeft: 12 });',
    "  await new Promise((resolve) => setTimeout(resolve, 150));",
    "}",
    'display({ data: { "text/plain": "second" } }, { displayId: "d", update: true });',
    'console.log("after");',
  ].join("\n");
  await client.reply(client.execute(code));
  const outputs = client.published.filter(({ what }) => !["busy", "idle", "execute_input"].includes(what));
  const textOf = (content: Content): unknown =>
    content.text ?? (content.data as Record<string, string> | undefined)?.["text/plain"] ?? content.wait;
  const isTime = ({ content }: { content: Content }): boolean =>
    /^░+ {2}running for \d+ s$/.test(String(textOf(content)));
  expect(outputs.find(isTime)!.what).toBe("display_data");
  const shown = outputs.filter((output) => !isTime(output));
  expect(shown.map(({ what, content }) => [what, textOf(content)])).toEqual([
    ["stream", "before\n"],
    ["display_data", "first"],
    [
      "update_display_data",
      expect.stringMatching(/^█{16}░{8} {2}a <b> {2}epoch 2\/2 {2}step 1\/3 {2}5 it\/s {2}12 s left$/),
    ],
    ["update_display_data", expect.stringContaining("step 2/3")],
    ["update_display_data", expect.stringContaining("step 3/3")],
    ["update_display_data", "second"],
    ["stream", "after\n"],
    ["clear_output", true],
    ["stream", "before\n"],
    ["display_data", "second"],
    ["stream", "after\n"],
  ]);
  const html = (shown[2]!.content.data as Record<string, string>)["text/html"];
  expect(html).toContain('<progress value="0.667"');
  expect(html).toContain("a &lt;b>");
});

test("a silent cell that only waits says so within a second, and leaves nothing", async () => {
  await client.reply(client.execute("await new Promise((resolve) => setTimeout(resolve, 900));"));
  const shown = client.published.filter(({ what }) => /display|clear/.test(what));
  expect(shown.map(({ what, content }) => [what, content.wait])).toEqual([
    ["display_data", undefined],
    ...shown.slice(1, -1).map(() => ["update_display_data", undefined]),
    ["clear_output", false],
  ]);
});
