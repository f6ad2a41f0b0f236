import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { resolveConfig } from "../../src/config/run-config.ts";
import { evaluateRecord, type EvaluateRecord } from "../../src/evaluation/evaluate-record.ts";
import { runPipeline } from "../../src/pipeline/run-pipeline.ts";
import { startModelServer, wellBehaved, type Served, type ServedCall } from "../fixtures/model-server.ts";
import { questions, startSysgen, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";

const judgements: readonly (readonly [head: string, text: string])[] = [
  ["by one rubric", "Feedback: good [RESULT] 4"],
  ["guardrails", "Reason: r\nVerdict: yes"],
  ["obeys its system message", "Yes"],
];

/** The model answers anything, and the judge approves of all. */
function serve({ body }: ServedCall): Served {
  const head = body.messages[0]?.content ?? "";
  if (body.model !== "judge") return { text: "No comma here" };
  return { text: judgements.find(([words]) => head.includes(words))?.[1] ?? '{"reason": "r", "verdicts": {"1": "yes"}}' };
}

async function recordIn(folder: string): Promise<EvaluateRecord> {
  return evaluateRecord.parse(JSON.parse(await readFile(join(folder, "evaluate.json"), "utf8")));
}

const rubrics = ["a", "b", "c", "d"].map((criteria) => ({ criteria, score_descriptions: { "1": "bad" } }));
const turn = { alignment: "align", criteria: { "1": { criteria_id: 1, criteria_content: "is short", criteria_type: "动作约束" } } };
const session = {
  system_id: 1,
  system_prompt: "S",
  rounds_related: true,
  messages: [{ role: "user", content: "Q" }],
  prompt_infos: { Q: turn },
};
const guarded = {
  id: "p",
  messages: [
    { role: "system", content: "S" },
    { role: "user", content: "Q" },
  ],
  guardrails: ["G"],
};

test("every command of docs/evaluation.md does what the page says", { timeout: 60_000 }, async () => {
  await using server = await startModelServer(serve);
  await using maker = await startModelServer((call) => wellBehaved({ ...call, index: 0 }));
  await using folder = await temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const input = await folder.jsonl("rows.jsonl", questions(30));
  await runPipeline(resolveConfig({ input, out: at("runs/mine"), model: "m", baseUrl: [maker.url], preset: "paper" }), { env: {} });
  await folder.jsonl("multifaceted-bench.jsonl", [{ source: "koala", system: "S", prompt: "Q", reference_answer: "A", rubrics }]);
  await folder.file("system_benchmark_eval_datas.json", JSON.stringify([session]));
  await mkdir(at("inputs"));
  await folder.jsonl("inputs/handwritten.jsonl", [guarded]);
  const page = await readFile(new URL("../../docs/evaluation.md", import.meta.url), "utf8");
  const commands = [...page.matchAll(/```sh\nsysgen ([^]*?)\n```/g)].map(([, command = ""]) =>
    command.replaceAll("\\\n", " ").replaceAll(/http:\/\/gpu\d:8000\/v1/g, server.url),
  );
  // Folders and the harness need Python.
  const served = commands.filter((command) => command.includes("--base-url"));
  expect([commands.length, served.length]).toEqual([5, 4]);
  const ended = await Promise.all(served.map((command) => sysgen([...command.split(/ +/), "--quiet"], { cwd: folder.path })));
  for (const { code, stderr } of ended) expect([code, stderr]).toEqual([0, expect.not.stringContaining("error")]);
  const base = await recordIn(at("evaluations/base"));
  expect(base.benchmarks["s-ifeval"]).toMatchObject({ state: "done", items: 541, calls: 541 });
  expect(ended[0]?.stdout).toMatch(/s-ifeval {3}541 of 541 items {3}541 calls, 10,820 \+ 2,705 tokens\n {2}prompts, strict +\d+\.\d% \[\d/);
  const { own } = (await recordIn(at("evaluations/own"))).benchmarks;
  expect([own?.state, own?.figures[0]?.name, own?.figures[0]?.value]).toEqual(["done", "obeyed", 1]);
  const { benchmarks } = await recordIn(at("evaluations/judged"));
  const mains = ["multifacet", "sysbench", "realguardrails"].map((name) => [benchmarks[name]?.state, benchmarks[name]?.figures[0]?.value]);
  expect(mains).toEqual([
    ["done", 4],
    ["done", 1],
    ["done", 1],
  ]);
  expect(benchmarks["multifacet"]?.figures.map(({ name }) => name)).toContain("run:3");
  expect(JSON.parse(ended[3]?.stdout ?? "")).toMatchObject({
    systemAs: "user",
    benchmarks: { "s-ifeval": { state: "partial", items: 50 }, ifeval: { state: "partial", items: 50 } },
  });
  // A folder of an evaluation is no run, and says what it is.
  const status = await sysgen(["status", at("evaluations/base")]);
  expect([status.code, status.stderr]).toEqual([2, expect.stringContaining("holds an evaluation of a model, which is no run")]);
});

test("killed in the middle, the same command pays nothing twice", { timeout: 60_000 }, async () => {
  let answers = 0;
  let kill = (): void => undefined;
  await using server = await startModelServer((call) => {
    if (++answers !== 60) return serve(call);
    kill();
    return { fault: "stall" };
  });
  await using folder = await temporaryFolder();
  const data = await folder.jsonl("rows.jsonl", [{ source: "koala", system: "S", prompt: "Q", reference_answer: "A", rubrics }]);
  const out = join(folder.path, "out");
  const args = ["evaluate", "m", "--base-url", server.url, "--on", "multifacet,s-ifeval", "--limit", "200", "--out", out];
  const judge = ["--judge-model", "judge", "--data", `multifacet=${data}`, "--concurrency", "4", "--max-retries", "0", "--quiet", "--json"];
  const running = startSysgen([...args, ...judge]);
  kill = () => void running.process.kill("SIGKILL");
  expect((await running.finished).signal).toBe("SIGKILL");
  // Nothing is at its end yet, and the folder says whose it is.
  expect((await recordIn(out)).benchmarks).toEqual({});
  // The kill may have torn the last line.
  const whole = (await readFile(join(out, "journal.jsonl"), "utf8")).split("\n").slice(0, -1);
  const kept = new Set(whole.flatMap((line) => /"address":"[^"]+"/.exec(line) ?? []));
  expect(kept.size).toBeGreaterThan(30);
  server.billed.length = 0;
  const { code, stdout } = await sysgen([...args, ...judge]);
  expect(code).toBe(0);
  const record = await recordIn(out);
  expect(JSON.parse(stdout)).toMatchObject({ state: "finished", benchmarks: record.benchmarks });
  expect(record.benchmarks["s-ifeval"]).toMatchObject({ state: "partial", items: 200, of: 541, calls: 200 });
  expect(record.benchmarks["multifacet"]).toMatchObject({ state: "done", items: 1, calls: 5 });
  expect(server.billed).toHaveLength(200 + 5 - kept.size);
});
