import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, afterAll, describe, expect, test } from "vitest";
import { startModelServer, wellBehaved, questionOf } from "../fixtures/model-server.ts";
import { questions, startSysgen, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";
import { recount } from "../recount.mjs";

// Figures that the program shows beside those of an independent count, over a run that has rows of
// every outcome.

const price = { input: 30, output: 600 };
const numberIn = (text) => Number(/number (\d+)\?/.exec(text)?.[1] ?? -1);
let retried = 0;

function serve(call) {
  const text = JSON.stringify(call.body.messages);
  const number = numberIn(text);
  if (call.phase === "generate" && number === 2) return { text: "No tags at all." };
  if (call.phase === "generate" && number === 3) return { status: 400, body: '{"error":"not this one"}' };
  if (call.phase === "respond") {
    if (number % 7 === 0) return { text: "" };
    if (number === 1 && retried++ === 0) return { text: "" };
    if (number === 5) return { text: "Fact 5 is well known." };
    if (number === 8) return { text: "#### 8" };
    if (number === 9) return { text: "#### 10" };
  }
  const asked = call.phase === "verify" ? questionOf(call) : undefined;
  if (asked?.kind === "fits" && number === 4 && asked.text.includes("Be friendly")) return { text: "No" };
  if (call.phase === "judge-phrases") return { text: /Be friendly/.test(call.body.messages.at(-1)?.content) ? "No" : "Yes" };
  if (call.phase === "judge-pair") {
    const isNewFirst = text.indexOf("Response to:") < text.lastIndexOf("is well known.");
    if (number % 5 === 0) return { text: "Reason: alike\nVerdict: tie" };
    return { text: `Reason: r\nVerdict: ${isNewFirst === (number % 2 === 0) ? 1 : 2}` };
  }
  return wellBehaved({ ...call, index: 0 });
}

let folder;
let server;
let out;
let summary;
let truth;
const said = async (...args) => (await sysgen(args)).stdout;
const json = async (...args) => JSON.parse(await said(...args, "--json"));

beforeAll(async () => {
  folder = await temporaryFolder();
  server = await startModelServer(serve);
  const rows = questions(24).map((row, index) => (index === 8 || index === 9 ? { ...row, answer: `So it is.\n#### ${index}` } : row));
  const input = await folder.jsonl("rows.jsonl", [
    ...rows.slice(0, 12),
    { id: "own", question: "What of fact number 90?", answer: "Fact 90 is well known.", system: "Be terse." },
    { id: "none", question: "What of fact number 91?", answer: "" },
    ...rows.slice(12),
  ]);
  out = join(folder.path, "run");
  const config = await folder.file("c.yaml", `prices:\n  m: {input: ${price.input}, output: ${price.output}}\n`);
  const run = await sysgen(["run", input, "--config", config, "--model", "m", "--base-url", server.url, "--out", out, "--quiet", "--json"]);
  summary = JSON.parse(run.stdout);
  truth = recount(out, price);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

/** Without the names that count nothing. */
const some = (counts) => Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0 && count.phrases !== 0));
const byPhase = (calls) => Object.fromEntries(calls.map(({ phase, ...paid }) => [phase, paid]));
const byReason = (rejected) =>
  Object.fromEntries(rejected.map(({ outcome, phase, reason, rows }) => [`${outcome} in ${phase}: ${reason}`, rows]));

function expectFigures(shown) {
  expect(shown.rows).toEqual(truth.rows);
  expect(shown.keptBy).toEqual(truth.keptBy);
  expect(byReason(shown.rejected)).toEqual(truth.rejected);
  expect(some(shown.tags)).toEqual(truth.tags);
  for (const kind of ["verdicts", "faults", "gates", "answers"]) expect(shown[kind], kind).toEqual(truth[kind]);
  expect(byPhase(shown.calls)).toEqual(truth.calls);
  expect(shown.money.spent).toBeCloseTo(truth.spent, 9);
}

test("the run has rows of every outcome", () => {
  expect(truth.rows).toMatchObject({ in: 26, failed: 1, originalKept: 5 });
  expect(truth.keptBy).toEqual({ empty: 4, "wrong-answer": 1 });
  expect(Object.keys(truth.rejected)).toEqual([
    "dropped in filter: no-phrase-left",
    "failed in generate: bad-request",
    "dropped in read: has-system-message",
    "dropped in read: empty-response",
  ]);
  expect(truth.gates).toMatchObject({ "empty: retried": expect.any(Number), "empty: kept-original": 4 });
});

test("the summary and status", async () => {
  expectFigures(summary);
  expectFigures(await json("status", out));
  const { rows } = truth;
  const sentence = `${rows.in} rows: ${rows.writtenAnew} written anew, ${rows.originalKept} with the original kept, ${rows.dropped} dropped, ${rows.failed} failed`;
  expect(await said("status", out)).toContain(sentence);
});

describe("an export", () => {
  const byText = (a, b) => (a < b ? -1 : 1);
  const ids = async (path) =>
    (await readFile(path, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).id);

  test("leaves out rows with an original kept, and says how many", async () => {
    const to = join(folder.path, "new.jsonl");
    const made = await json("export", out, "--to", to);
    expect(made).toMatchObject({ originalKept: 0, leftOutKeptOriginal: truth.rows.originalKept });
    expect(await ids(to)).toEqual(truth.ids.new);
  });

  test("takes them when it is told to", async () => {
    const to = join(folder.path, "all.jsonl");
    const made = await json("export", out, "--to", to, "--kept-original", "include");
    expect(made).toMatchObject({ originalKept: truth.rows.originalKept, leftOutKeptOriginal: 0 });
    expect((await ids(to)).toSorted(byText)).toEqual([...truth.ids.new, ...truth.ids.original].toSorted(byText));
  });
});

test("sysgen judge, the card, the report and the viewer", async () => {
  await said("judge", out, "--judge-model", "j", "--judge-base-url", server.url, "--quiet");
  const judged = recount(out, price);
  const [judge] = JSON.parse(await readFile(join(out, "judge.json"), "utf8")).judges;
  expect(judge.pair).toMatchObject(judged.pair);
  expect(judged.pair.identical).toBe(truth.rows.originalKept + 1);
  expect(judge.phrases.all).toMatchObject(judged.obedience.new);
  expect(judge.phrases.kept.all).toMatchObject(judged.obedience.original);

  const hub = join(folder.path, "hub");
  await said("export", out, "--for", "hub", "--to", hub, "--kept-original", "include");
  const card = await readFile(join(hub, "README.md"), "utf8");
  const { rows, pair } = judged;
  expect(card).toContain(`**${rows.writtenAnew} (${((100 * rows.writtenAnew) / rows.done).toFixed(1)}%) have new responses`);
  expect(card).toContain(`${rows.originalKept} (${((100 * rows.originalKept) / rows.done).toFixed(1)}%) keep a response of the source`);
  expect(card).toContain(`the new response won ${pair.wins}, tied ${pair.ties} and lost ${pair.losses}`);
  for (const [name, count] of Object.entries(judged.gates).filter(([gate]) => !gate.endsWith("not-checked")))
    expect(card).toContain(`| ${name.replace(": ", " | ")} | ${count} |`);
  for (const [name, count] of Object.entries(judged.rejected)) expect(card).toContain(`| ${name} | ${count} |`);

  const report = await json("analyze", out);
  expect(report.overall.rows).toMatchObject(rows);
  expect(byReason(report.overall.rows.reasons)).toEqual(judged.rejected);
  expect(Object.fromEntries(report.overall.messages.gates.map(({ gate, action, count }) => [`${gate}: ${action}`, count]))).toEqual(
    judged.gates,
  );
  expect(report.run.money.spent).toBeCloseTo(truth.spent, 9);
  const page = await readFile(join(out, "report.html"), "utf8");
  expect(page).toContain(`${rows.writtenAnew} of ${rows.in} rows; ${rows.originalKept} with the original kept`);

  const running = startSysgen(["view", out, "--no-open"]);
  const url = await new Promise((resolve) => running.process.stdout?.once("data", (chunk) => resolve(chunk.toString().trim())));
  const reply = await (await fetch(url.replace("?", "api/run?"))).json();
  running.process.kill("SIGINT");
  await running.finished;
  expect(reply.rows).toMatchObject(rows);
  expect(Object.fromEntries(reply.facets.gate.map(({ name, rows: count }) => [name, count]))).toEqual(judged.gateRows);
});
