import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askerOf, loadFrom } from "../../../test/fixtures/scripted-asker.ts";
import { temporaryFolder, type Folder } from "../../../test/fixtures/sysgen.ts";
import { sysbench, sysbenchWithTruth } from "./sysbench.ts";

let folder: Folder;
beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => folder[Symbol.asyncDispose]());

const criteria = (text: string) => ({ "1": { criteria_id: 1, criteria_content: text, criteria_type: "动作约束" } });
const data = [
  {
    system_id: 7,
    领域: "travel",
    场景: null,
    system_prompt: "Only speak of rivers.",
    rounds_related: true,
    messages: [
      { role: "system", content: "Only speak of rivers." },
      { role: "user", content: "First?" },
      { role: "assistant", content: "TRUTH" },
      { role: "user", content: "Second?" },
      { role: "assistant", content: "TRUTH" },
    ],
    prompt_infos: {
      "First?": { alignment: "align", criteria: criteria("speaks of rivers") },
      "Second?": { alignment: "misalign", criteria: criteria("refuses") },
    },
  },
];

test.each([
  [
    "a session without a message of the user",
    { messages: [{ role: "system", content: "s" }] },
    /"messages": expected a message of the user/,
  ],
  ["a text without criteria", { prompt_infos: { "First?": { alignment: "align", criteria: {} } } }, /"prompt_infos": expected a criterion/],
])("%s is an error", async (_, change, error) => {
  const path = join(folder.path, "odd.json");
  await writeFile(path, JSON.stringify(data.map((session) => ({ ...session, ...change }))));
  await expect(sysbench.load(loadFrom(path))).rejects.toThrow(error);
});

async function take(benchmark: typeof sysbench, judge: (text: string) => string, judgeRuns = 1) {
  const path = join(folder.path, "sessions.json");
  await writeFile(path, JSON.stringify(data));
  const { walks, figures } = await benchmark.load(loadFrom(path));
  const seen: string[] = [];
  const asker = askerOf({
    answer: (messages) => {
      seen.push(messages.map(({ role, content }) => `${role}: ${content}`).join(" | "));
      return `answer ${messages.length}`;
    },
    judge: (messages) => judge(messages.at(-1)?.content ?? ""),
    judgeRuns,
  });
  const scored = await Promise.all(walks.map((walk) => walk.take(asker)));
  const all = figures(scored, { draws: 100, seed: 0 });
  return { scored, seen, figure: (name: string) => all.find((each) => each.name === name) };
}

test("the model sees its own earlier responses, or the data's", async () => {
  const yes = () => '{"reason": "r", "verdicts": {"1": "yes"}}';
  expect((await take(sysbench, yes)).seen[1]).toBe("system: Only speak of rivers. | user: First? | assistant: answer 2 | user: Second?");
  expect((await take(sysbenchWithTruth, yes)).seen[1]).toContain("assistant: TRUTH");
});

test("verdicts become figures, and a session counts for its own", async () => {
  const { scored, figure } = await take(
    sysbench,
    (text) => `{"reason": "r", "verdicts": {"1": ${text.includes("refuses") ? '"no"' : '"yes"'}}}`,
  );
  expect(scored[0]).toMatchObject({ id: "7", group: "dependent", scores: { csr: 0.5, isr: 0.5, ssr: 0.5 } });
  expect(figure("csr-action")?.value).toBe(0.5);
  expect(figure("isr-misaligned")?.value).toBe(0);
});

test("a judge that cannot be read is asked again, then the turn is counted and in no figure", async () => {
  let asked = 0;
  const { scored, figure } = await take(sysbench, (text) => {
    if (!text.includes("refuses")) return '{"verdicts": {"1": "yes"}}';
    // JSON without a yes or no is no verdict either.
    return asked++ === 0 ? '{"verdicts": {"1": "not satisfied"}}' : "no idea";
  });
  expect(asked).toBe(3);
  expect(scored[0]?.scores).toEqual({ csr: null, isr: null, ssr: null, r1: null, r2: null });
  expect(figure("isr")).toMatchObject({ value: 1, unparsed: 1 });
  expect(figure("ssr")?.value).toBeNull();
  expect([figure("ssr-at-worst")?.value, figure("ssr-at-best")?.value]).toEqual([0.5, 1]);
});

test("several runs of the judge count as their mean, and each has its stability", async () => {
  let asked = 0;
  const half = () => `{"reason": "r", "verdicts": {"1": ${asked++ % 2 === 0 ? '"yes"' : '"no"'}}}`;
  const { scored, figure } = await take(sysbench, half, 2);
  expect(asked).toBe(2 * 2);
  expect(scored[0]?.scores).toEqual({ csr: 0.5, isr: 0.5, ssr: 0.5, r1: 0.5, r2: 0.5 });
  expect([figure("r1")?.value, figure("r2")?.value]).toEqual([0.5, 0.5]);
  expect([figure("ssr")?.value, figure("run:1")?.value, figure("run:2")?.value]).toEqual([0.5, 1, 0]);
});

test("a response that the ground truth lacks is told before anything is asked", async () => {
  const path = join(folder.path, "no-truth.json");
  const [session] = data;
  await writeFile(path, JSON.stringify([{ ...session, messages: session?.messages.filter(({ role }) => role !== "assistant") }]));
  await expect(sysbenchWithTruth.load(loadFrom(path))).rejects.toThrow(/Session 7 has no response to "First\?"/);
});

test("without data it says where it is", async () => {
  await expect(sysbench.load({ ...loadFrom(""), data: undefined })).rejects.toThrow(/--data/);
});
