import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { reportSchema, type Report } from "../../src/analysis/report.ts";
import { phaseNames } from "../../src/phases/index.ts";
import { questionOf, startModelServer, wellBehaved, type Served, type ServedCall } from "../fixtures/model-server.ts";
import { makeRun } from "../fixtures/made-run.ts";
import { questions, startSysgen, sysgen, temporaryFolder, type Folder } from "../fixtures/sysgen.ts";

const conversation = (id: string, ...turns: string[]): object => ({
  id,
  conversations: turns.map((value, index) => ({ from: index % 2 === 0 ? "human" : "gpt", value })),
});

/**
 * Writes two files. The first has three rows, one of them with two turns. The second has two rows,
 * of which the judge drops one.
 */
async function writeInput(folder: Folder): Promise<string> {
  await mkdir(join(folder.path, "in"));
  await folder.jsonl("in/bees.jsonl", [
    conversation("b1", "Why do bees dance?", "They tell the others where food is."),
    conversation("b2", "Name two bees.", "- the honey bee\n- the mason bee", "And a wasp?", "The hornet."),
    conversation("b3", "Refuse me.", "Bees sleep at night."),
  ]);
  await folder.jsonl("in/trams.jsonl", [
    conversation("t1", "Wie fährt die Straßenbahn?", "Sie fährt auf Schienen durch die Straße."),
    conversation("t2", "Drop me.", "Trams run on rails."),
  ]);
  return join(folder.path, "in");
}

function serve(call: ServedCall): Served {
  const { phase, body } = call;
  const text = body.messages.map(({ content }) => content).join("\n");
  const last = body.messages.at(-1)?.content ?? "";
  if (phase === "generate")
    return { text: "<<role>>You are a keeper of bees.<</role>> <<Format>>Be brief and factual.<</Format>> <<Nonsense>>x<</Nonsense>>" };
  if (phase === "verify") {
    if (questionOf(call)?.kind === "serves") return { text: last.includes("keeper of bees") ? "Role" : "Format" };
    const isBad = text.includes("Drop me.") || (text.includes("Straßenbahn") && last.includes("Be brief and factual."));
    return { text: isBad ? "No" : "Yes" };
  }
  if (last === "Refuse me.") return { text: "I'm sorry, but I can't help with that." };
  if (last === "Why do bees dance?") return { text: "They tell the others where food is." };
  if (last === "Name two bees.") return { text: "## Bees\n\nThe honey bee, the mason bee." };
  if (last === "And a wasp?") return { text: "The hornet, and the yellow jacket." };
  return { text: "Sie fährt auf Schienen, durch die Straße." };
}

async function runOver(folder: Folder, reply: (call: ServedCall) => Served = serve, input?: string): Promise<string> {
  await using server = await startModelServer(reply);
  const out = join(folder.path, "run");
  // The verdicts are the judge's words.
  const judging = { constrain: "none", verify: { calibrationRows: 0, keepAtLeast: 0 } } as const;
  expect(await makeRun(input ?? (await writeInput(folder)), server, out, judging)).toMatchObject({ state: "finished" });
  return out;
}

async function analyzed(run: string, ...flags: string[]): Promise<Report> {
  const { code, stdout, stderr } = await sysgen(["analyze", run, "--json", ...flags]);
  expect([code, stderr]).toEqual([0, ""]);
  return reportSchema.parse(JSON.parse(stdout));
}

describe("sysgen analyze", () => {
  test("every figure of a small run, by source, tag and turn", async () => {
    await using folder = await temporaryFolder();
    const run = await runOver(folder);
    const before = readFileSync(join(run, "dataset.jsonl"), "utf8");
    const { overall, bySource, byTag, byTurn, sourceFrom, examples, notes, run: facts } = await analyzed(run);
    expect(facts).toMatchObject({ name: "run", state: "finished", input: "in", format: "sharegpt", model: "m", judgeModel: "m" });
    expect(overall.rows).toMatchObject({
      in: 5,
      done: 4,
      dropped: 1,
      failed: 0,
      reasons: [{ outcome: "dropped", phase: "verify", reason: "no-good-phrase", rows: 1 }],
    });
    expect(overall.rows.phases.map(({ phase }) => phase)).toEqual(phaseNames);
    for (const phase of [
      { phase: "generate", in: 5, out: 5 },
      { phase: "filter", in: 5, out: 5 },
      { phase: "verify", in: 5, out: 4 },
      { phase: "respond", in: 4, out: 4 },
    ])
      expect(overall.rows.phases).toContainEqual(phase);
    const { messages, responses, diversity } = overall;
    // The judge's verdicts of a dropped row are known too.
    expect(messages.verdicts).toEqual({ good: 7, weak: 0, bad: 3, none: 0, unparsed: 0 });
    expect(messages.tags.filter(({ phrases }) => phrases > 0)).toMatchObject([
      { tag: "Role", phrases: 4, rows: 4, share: 1, verdicts: { good: 4, bad: 1 }, words: { mean: 6, sd: 0 } },
      { tag: "Format", phrases: 3, rows: 3, share: 0.75, verdicts: { good: 3, bad: 2 } },
    ]);
    expect(messages.phrasesPerRow).toMatchObject({ n: 4, mean: 1.75, min: 1, max: 2 });
    expect(messages.repairs).toEqual({ case: 5 });
    expect(messages.faults).toEqual({ "unknown-tag": 5 });
    expect(messages.gates).toContainEqual({ gate: "refusal", action: "kept-original", count: 1 });

    // The responses of b1, of both turns of b2 and of t1. The response of b3 is the original again.
    expect(responses).toMatchObject({ rows: 4, responses: 4, keptOriginal: 1, untouched: 0, identical: 1 });
    const score = (metric: string, tokenizer: string) =>
      responses.scores.find((found) => found.metric === metric && found.tokenizer === tokenizer);
    // F1 is 1 for two pairs. Of the others, one shares 6 words of 6 and 7, one shares 2 words of 2
    // and 6. The reference tokenizer splits "straße" into two words.
    expect(score("rouge1", "unicode")?.summary?.mean).toBeCloseTo((1 + 12 / 13 + 4 / 8 + 1) / 4, 5);
    expect(score("rouge1", "rouge")?.summary?.mean).toBeCloseTo((1 + 12 / 13 + 4 / 8 + 1) / 4, 5);
    expect(score("bleu", "13a")).toMatchObject({ most: 100, precision: null });
    expect(responses.lengths.find(({ unit }) => unit === "words")).toMatchObject({
      ratioOfMeans: expect.closeTo(27 / 22, 4) as number,
    });
    expect(responses.lengths.map(({ unit }) => unit)).toEqual(["words", "characters", "tokens"]);
    expect(responses.formats).toEqual([
      { form: "list", label: "lists", both: 0, onlyOriginal: 1, onlyResponse: 0, neither: 3 },
      { form: "heading", label: "headings", both: 0, onlyOriginal: 0, onlyResponse: 1, neither: 3 },
      { form: "code", label: "code blocks", both: 0, onlyOriginal: 0, onlyResponse: 0, neither: 4 },
      { form: "table", label: "tables", both: 0, onlyOriginal: 0, onlyResponse: 0, neither: 4 },
    ]);

    expect(diversity.messages).toBe(4);
    expect(diversity.differentMessages).toBe(2);
    expect(diversity.nearDuplicates).toMatchObject({ clusters: 1, messages: 3, largest: 3 });
    expect(diversity.nearDuplicates?.examples).toEqual([{ size: 3, text: "You are a keeper of bees. Be brief and factual." }]);
    expect(diversity.tagCombinations.top).toEqual([
      { tags: ["Role", "Format"], rows: 3, share: 0.75 },
      { tags: ["Role"], rows: 1, share: 0.25 },
    ]);
    expect(diversity.demonstrations).toMatchObject({ phrases: 3, rows: 3, top: [{ text: "Be brief and factual.", phrases: 3 }] });

    expect(sourceFrom).toBe("files");
    expect(bySource.map(({ source, rows, responses }) => [source.split("/").at(-1), rows.in, rows.done, responses.responses])).toEqual([
      ["bees.jsonl", 3, 3, 3],
      ["trams.jsonl", 2, 1, 1],
    ]);
    expect(byTag.map(({ tag, rows }) => [tag, rows]).filter(([, rows]) => rows !== 0)).toEqual([
      ["Role", 4],
      ["Format", 3],
    ]);
    expect(byTurn.map(({ turn, responses }) => [turn, responses.rows, responses.responses])).toEqual([
      [1, 4, 3],
      [2, 1, 1],
    ]);

    expect(examples.map(({ kind, id }) => [kind, id])).toEqual([
      ["best", "b1"],
      ["best", "b2"],
      ["best", "t1"],
      ["best", "b3"],
      ["dropped", "t2"],
    ]);
    expect(examples.at(-1)).toMatchObject({
      phase: "verify",
      reason: "no-good-phrase",
      turns: [{ instruction: "Drop me.", original: "Trams run on rails.", response: null }],
      removed: [{ reason: "unknown-tag" }, { tag: "Role", verdict: "bad" }, { tag: "Format", verdict: "bad" }],
    });
    expect(notes).toContain("One response that a gate made the original again is left out of A against A'.");
    // The run is unchanged, and the same run gives the same figures.
    expect(readFileSync(join(run, "dataset.jsonl"), "utf8")).toBe(before);
    expect((await analyzed(run)).overall).toEqual(overall);
  });

  test("writes report.json and report.md whole, there or elsewhere; text of rows is no markup", async () => {
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", [{ id: "<script>alert(1)</script>|#", question: "Q```", answer: "A </details> `x`" }]);
    const run = await runOver(folder, wellBehaved, input);
    const { code, stdout } = await sysgen(["analyze", run]);
    expect(code).toBe(0);
    expect(stdout).toContain("rows written anew         100.0%  1 of 1; 0 with the original kept");
    expect(stdout).toContain(`report  ${join(run, "report.json")}`);
    expect(
      Math.max(
        ...stdout
          .split("\n")
          .filter((line) => !line.includes(run))
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(100);
    const markdown = readFileSync(join(run, "report.md"), "utf8");
    expect(markdown).toContain(String.raw`\<script\>alert(1)\</script\>\|\#`);
    expect(markdown.split("\n").filter((line) => line.startsWith("````"))).toHaveLength(4);
    reportSchema.parse(JSON.parse(readFileSync(join(run, "report.json"), "utf8")));

    const elsewhere = join(folder.path, "reports", "first");
    const asMarkdown = await sysgen(["analyze", run, "--out", elsewhere, "--markdown"]);
    expect(asMarkdown.stdout).toMatch(/^# run\n/);
    expect(readdirSync(elsewhere).toSorted()).toEqual(["report.html", "report.json", "report.md"]);
  });

  test("sources come from a column, one that is named too", async () => {
    await using folder = await temporaryFolder();
    const rows = questions(6).map((row, index) => ({ ...row, dataset: index < 4 ? "big" : "small", level: index % 2 }));
    const run = await runOver(
      folder,
      wellBehaved,
      await folder.jsonl("rows.jsonl", [...rows, { dataset: "small", level: 1, question: "?" }]),
    );
    const found = await analyzed(run);
    expect(found.sourceFrom).toBe("column dataset");
    expect(found.bySource.map(({ source, rows }) => [source, rows.in, rows.done])).toEqual([
      ["big", 4, 4],
      ["small", 3, 2],
    ]);
    const byLevel = await analyzed(run, "--source-column", "level");
    expect(byLevel.bySource.map(({ source, rows }) => [source, rows.in])).toEqual([
      ["1", 4],
      ["0", 3],
    ]);
    const byNone = await analyzed(run, "--source-column", "nowhere");
    expect(byNone.bySource.map(({ source }) => source)).toEqual(["(none)"]);
  });

  test("works while the run does, and changes nothing of it", async () => {
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(40));
    const out = join(folder.path, "run");
    let open: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (open = resolve));
    await using server = await startModelServer(async (call) => {
      if (call.body.messages.at(-1)?.content.includes("number 3") === true) await held;
      return wellBehaved(call);
    });
    const running = startSysgen([
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      out,
      "--quiet",
      "--concurrency",
      "40",
    ]);
    const rowsSoFar = async (): Promise<number> => {
      const status = await sysgen(["status", out, "--json"]);
      return status.code === 0 ? (JSON.parse(status.stdout) as { rows: { in: number } }).rows.in : 0;
    };
    while ((await rowsSoFar()) < 20) await new Promise((resolve) => setTimeout(resolve, 100));
    const { run, overall, notes } = await analyzed(out);
    expect(run.state).toBe("running");
    expect(overall.rows.done).toBeGreaterThanOrEqual(20);
    expect(overall.rows.done).toBeLessThan(40);
    expect(notes[0]).toMatch(/^The run is at work/);
    open?.();
    expect((await running.finished).code).toBe(0);
    expect((await analyzed(out)).overall.rows.done).toBe(40);
  });

  test("only the last turn written anew: earlier ones are no comparison", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer();
    const input = await folder.jsonl("rows.jsonl", [conversation("c", "Q1", "A1 is here.", "Q2", "A2 is here.")]);
    const config = await folder.file("run.yaml", "respond:\n  turns: last\n");
    const out = join(folder.path, "run");
    await sysgen(["run", input, "--config", config, "--model", "m", "--base-url", server.url, "--out", out, "--quiet"]);
    const { overall } = await analyzed(out);
    expect(overall.responses).toMatchObject({ rows: 1, responses: 1, untouched: 1, keptOriginal: 0 });
  });

  test("what cannot be analyzed is said in a sentence", async () => {
    await using folder = await temporaryFolder();
    const nowhere = await sysgen(["analyze", join(folder.path, "nowhere")]);
    expect([nowhere.code, nowhere.stdout]).toEqual([2, ""]);
    expect(nowhere.stderr).toMatch(/^error: No run in .*Give a run directory/);
    expect(existsSync(join(folder.path, "nowhere"))).toBe(false);
    const run = await runOver(folder, wellBehaved, await folder.jsonl("rows.jsonl", questions(1)));
    const seed = await sysgen(["analyze", run, "--seed", "x"]);
    expect([seed.code, seed.stderr]).toEqual([2, expect.stringContaining("--seed: expected a whole number")]);
    const taken = await folder.file("taken", "mine");
    const file = await sysgen(["analyze", run, "--out", taken]);
    expect([file.code, file.stderr]).toEqual([2, expect.stringContaining("Choose another with --out")]);
    expect(statSync(taken).size).toBe(4);
    expect(await sysgen(["analyze", run, "--json", "--markdown"])).toMatchObject({ code: 2 });
  });

  test("a run that kept no row has figures too", async () => {
    await using folder = await temporaryFolder();
    const allBad = (call: ServedCall): Served =>
      call.phase === "verify" ? { text: questionOf(call)?.kind === "serves" ? "I cannot tell." : "No" } : wellBehaved(call);
    const run = await runOver(folder, allBad, await folder.jsonl("rows.jsonl", questions(3)));
    const { overall, byTurn, examples } = await analyzed(run);
    expect(overall.rows).toMatchObject({ in: 3, done: 0, dropped: 3 });
    expect(overall.responses.scores[0]?.summary).toBeNull();
    expect(overall.diversity).toMatchObject({ messages: 0, compressionRatio: null, nearDuplicates: { clusters: 0, share: 0 } });
    expect([byTurn, examples.map(({ kind }) => kind)]).toEqual([[], ["dropped", "dropped", "dropped"]]);
    expect((await sysgen(["analyze", run])).stdout).not.toContain("NaN");
  });
});
