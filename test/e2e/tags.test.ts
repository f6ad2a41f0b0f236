import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readJudgeResults } from "../../src/evaluation/judge/read-results.ts";
import { judgeRun } from "../../src/evaluation/judge/judge-run.ts";
import { resolveJudgeConfig } from "../../src/evaluation/judge/config.ts";
import { exportRun } from "../../src/exports/export-run.ts";
import { writeHubFolder } from "../../src/exports/hub/hub-folder.ts";
import { readConfigFile } from "../../src/config/config-file.ts";
import { resolveConfig } from "../../src/config/run-config.ts";
import { runPipeline } from "../../src/pipeline/run-pipeline.ts";
import { analyzeRun } from "../../src/analysis/analyze.ts";
import { runReply } from "../../src/viewer/run-reply.ts";
import { ViewedRun } from "../../src/viewer/viewed-run.ts";
import { questionOf, shown, startModelServer, wellBehaved, type Served, type ServedCall } from "../fixtures/model-server.ts";
import { readRun, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";

const rows = 24;
const meaning = "what must never be advised";

/** Writes a Safety phrase where it is asked for one, and a Tool phrase in any case. */
function served(call: ServedCall): Served {
  const { phase, body } = call;
  if (phase === "generate") {
    const asked = body.messages.at(-1)?.content ?? "";
    const conversation = Object.values(shown(asked))[0] ?? "";
    const about = conversation.split("\n")[0]?.replace("User: ", "") ?? "";
    const safety = asked.includes(`Include a Safety phrase (${meaning})`)
      ? ` <<safetys>>Never promise a cure for ${about}.<</Safety>>`
      : "";
    return {
      text: `<<Task>>Tell all of ${about}.<</Task>> <<Tool>>Look ${about} up in an atlas.<</Tool>> <<Role>>You guide to ${about}.<</Role>>${safety}`,
    };
  }
  const question = phase === "verify" ? questionOf(call) : undefined;
  if (question?.kind === "serves")
    return { text: /Tell all/.test(question.text) ? "Task" : /Never/.test(question.text) ? "Safety" : "Role" };
  return question === undefined ? wellBehaved(call) : { text: "Yes" };
}

test("a tag of one's own is asked for, parsed, judged, exported and reported in its place; one that is left out occurs nowhere", async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer(served);
  const input = await folder.jsonl(
    "rows.jsonl",
    Array.from({ length: rows }, (_, index) => ({
      id: `r${index}`,
      instruction: `Where is place number ${index}x?`,
      output: "It is there.",
    })),
  );
  const out = join(folder.path, "run");
  const config = await folder.file(
    "run.yaml",
    `model: m
base-url: ${server.url}
out: ${out}
tags:
  add:
    Safety: {meaning: ${meaning}, after: Role, example: Never name a dose.}
  without: [Tool]
tagShares: {Safety: 0.5, Role: 0}
verify: {calibrationRows: 0}
`,
  );
  const { code, stdout, stderr } = await sysgen(["run", input, "--config", config]);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining("Error")]);

  const lines = (await readRun(out)).dataset;
  const asked = lines.filter(({ sysgen: { askedTags = [] } }) => askedTags.includes("Safety"));
  expect(asked.length).toBeGreaterThan(4);
  expect(asked.length).toBeLessThan(20);
  for (const line of lines)
    expect(line.sysgen.phrases.map(({ tag }) => tag)).toEqual(asked.includes(line) ? ["Role", "Safety", "Task"] : ["Role", "Task"]);
  expect(asked[0]?.sysgen.phrases[1]).toMatchObject({ verdict: "good", repairs: ["plural", "case"] });
  expect(lines[0]?.sysgen.removed).toMatchObject([{ reason: "unknown-tag" }]);

  const generated = server.calls.filter(({ phase }) => phase === "generate").map(({ body }) => body.messages);
  expect(generated.every((messages) => messages.at(-1)?.content.includes("Role phrase."))).toBe(true);
  // The prompts begin alike, whatever is asked for.
  expect(new Set(generated.map((messages) => JSON.stringify(messages[0]))).size).toBe(1);
  expect(JSON.stringify(generated.map((messages) => messages.slice(0, -1)))).not.toMatch(/\bTool\b/);

  const got = `${((100 * asked.length) / rows).toFixed(1)}%`;
  expect(stdout).toContain(
    `wanted 50.0%, got ${got} (${asked.length} rows); asked of ${asked.length} rows, and ${asked.length} of them have it`,
  );
  expect(stdout).toContain(`wanted 0.0%, got 100.0% (${rows} rows); no row was asked`);

  const calls = server.calls.length;
  const again = (path: string) => runPipeline(resolveConfig({ ...readConfigFile(path), input }), { env: {} });
  expect(await again(config)).toMatchObject({ rows: { done: rows } });
  expect(server.calls).toHaveLength(calls);
  const other = await folder.file("other.yaml", (await readFile(config, "utf8")).replace("Safety: 0.5", "Safety: 0.6"));
  await expect(again(other)).rejects.toThrow("tagShares.Safety: 0.5 there, 0.6 now");

  await judgeRun(resolveJudgeConfig(out, { judgeModel: "m", judgeBaseUrl: [server.url] }), { env: {} });
  const report = await analyzeRun({ run: out });
  const order = ["Role", "Safety", "Content", "Task", "Action", "Style", "Background", "Format"];
  expect(report.overall.messages.tags.map(({ tag }) => tag)).toEqual(order);
  expect(report.byTag.map(({ tag }) => tag)).toEqual(order);
  expect(report.tagShares).toMatchObject([
    { tag: "Safety", wanted: 0.5, rows: asked.length, asked: asked.length, kept: asked.length },
    { tag: "Role", wanted: 0, rows, share: 1, asked: 0, kept: 0 },
  ]);
  const [judged] = await readJudgeResults(out);
  expect(Object.keys(judged?.judges[0]?.phrases?.tags ?? {})).toEqual(["Role", "Safety", "Task"]);

  using viewed = await ViewedRun.open(out);
  await viewed.refresh();
  expect((await runReply(viewed, undefined)).facets.tag.map(({ name }) => name)).toEqual(["Role", "Safety", "Task"]);

  const variant = { responses: "new", system: { kind: "generated" }, systemRole: "system" } as const;
  const exported = join(folder.path, "exported.jsonl");
  await exportRun({ run: out, to: exported, format: "messages", variant, sides: [{ name: "train", share: 1 }] });
  expect(await readFile(exported, "utf8")).toMatch(/"role":"system","content":"You guide to [^"]+ Never promise a cure for /);
  const { card } = await writeHubFolder({ run: out, to: join(folder.path, "hub"), variant, sides: [{ name: "train", share: 1 }] });
  expect(card).toContain(`| Safety | 50.0% | ${got} | ${asked.length} | ${asked.length} |`);
  expect(card).not.toContain("| Tool |");
});
