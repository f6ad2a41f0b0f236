import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, test } from "vitest";
import type { Estimate } from "../../src/estimate/report.ts";
import { generatePromptOf } from "../../src/phases/prompts/generate-prompts.ts";
import { foreignCalls, judgeCalls, questionOf, startModelServer, wellBehaved, type ModelServer } from "../fixtures/model-server.ts";
import { questions, sysgen, temporaryFolder, type Folder } from "../fixtures/sysgen.ts";
import { writeTinyGguf } from "../fixtures/tiny-gguf.ts";
import { standardTags } from "../../src/records/system-message/tag-set.ts";

/** Rows of very different lengths. */
const rows = Array.from({ length: 300 }, (_, index) => ({
  id: `q${index}`,
  question: `What is fact number ${index}? ${"Tell it in other words. ".repeat((index * 37) % 50)}`,
  answer: `Fact ${index} is well known. ${"It was found long ago. ".repeat((index * 53) % 40)}`,
}));

interface Bench extends AsyncDisposable {
  readonly server: ModelServer;
  readonly folder: Folder;
  readonly out: string;
  estimate(input: string, ...flags: string[]): Promise<Estimate>;
  args(command: string, input: string, ...flags: string[]): string[];
}

async function bench(server?: ModelServer): Promise<Bench> {
  const folder = await temporaryFolder();
  const started = server ?? (await startModelServer());
  const out = join(folder.path, "run");
  const args = (command: string, input: string, ...flags: string[]): string[] => [
    command, input, "--model", "gpt-4o-mini", "--base-url", started.url, "--out", out, "--constrain", "none", ...flags,
  ]; // prettier-ignore
  return {
    server: started,
    folder,
    out,
    args,
    async estimate(input, ...flags) {
      const { code, stdout, stderr } = await sysgen(args("estimate", input, "--json", "--quiet", ...flags));
      expect([code, stderr]).toEqual([0, ""]);
      return JSON.parse(stdout) as Estimate;
    },
    async [Symbol.asyncDispose]() {
      await started[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe("sysgen estimate", () => {
  test("the generate prompts' tokens agree with an exact count within the bar; nothing is called or written", async () => {
    await using at = await bench();
    const input = await at.folder.jsonl("rows.jsonl", rows);
    const exact = rows.reduce((sum, { id, question, answer }) => {
      const messages = [
        { role: "user", content: question },
        { role: "assistant", content: answer },
      ] as const;
      const prompt = generatePromptOf({ prompt: "standard" }, standardTags).messages(
        { id, line: 1, messages, columns: {} },
        { form: "tagged", language: { code: "en", name: "English" } },
      );
      return prompt.reduce((tokens, { content }) => tokens + 4 + countTokens(content), sum + 3);
    }, 0);
    const sampled = await at.estimate(input, "--rows", "60");
    expect(sampled.rows).toMatchObject({ total: 300, sampled: 60, measured: 0 });
    const { value, bar } = sampled.phases[0]?.inputTokens ?? { value: 0, bar: 0 };
    expect(bar).toBeGreaterThan(0);
    expect(bar / value).toBeLessThan(0.1);
    expect(Math.abs(value - exact)).toBeLessThanOrEqual(bar);
    const all = await at.estimate(input, "--rows", "1000");
    expect(all.phases[0]?.inputTokens.value).toBeCloseTo(exact, 4);
    expect(all.phases[0]?.inputTokens.bar).toBe(0);
    const callsOf = (phase: string): number => all.phases.find((one) => one.phase === phase)?.calls.value ?? 0;
    expect([callsOf("generate"), callsOf("respond")]).toEqual([300, 300]);
    // A message has 3 to 8 phrases, and those of 24 rows are asked about once more.
    const judged = (phrases: number): number => 300 * judgeCalls(phrases) + 24 * foreignCalls(phrases);
    expect(callsOf("verify")).toBeGreaterThan(judged(3));
    expect(callsOf("verify")).toBeLessThan(judged(8));
    expect(all.total.seconds).toBeNull();
    expect(at.server.calls).toEqual([]);
    expect(existsSync(at.out)).toBe(false);
  });

  test("a probe measures, and the run does not pay it again; after the run the estimate is exact", async () => {
    await using at = await bench(
      await startModelServer((call) => {
        // Every fifth row is asked about twice in phase 1. The judge finds nothing good in other
        // rows.
        const row = Number(/fact number (\d+)/.exec(call.body.messages.map(({ content }) => content).join("\n"))?.[1] ?? 0);
        if (call.phase === "generate" && row % 5 === 0 && call.body.messages.at(-1)?.content.startsWith("No phrase") !== true)
          return { text: "no tags" };
        if (call.phase === "verify" && row % 7 === 3 && questionOf(call)?.kind === "fits") return { text: "No" };
        return wellBehaved(call);
      }),
    );
    const input = await at.folder.jsonl("rows.jsonl", questions(70));
    // The verdicts are the judge's words.
    const judging = ["--config", await at.folder.file("c.yaml", "verify: { calibrationRows: 0, keepAtLeast: 0 }")];
    const probe = ["--probe", "20", "--rows", "50", ...judging];
    const probed = await at.estimate(input, ...probe);
    const paid = at.server.calls.length;
    expect(probed.rows).toMatchObject({ total: 70, sampled: 50, measured: 20 });
    expect(probed.assumptions).toEqual([]);
    // The server reports 20 + 5 tokens for every call, although the prompts have hundreds.
    const [generate] = probed.phases;
    const tokensACall = (kind: "inputTokens" | "outputTokens"): number => (generate?.[kind].value ?? 0) / (generate?.calls.value ?? 1);
    expect(tokensACall("inputTokens")).toBeCloseTo(20, 1);
    expect(tokensACall("outputTokens")).toBeCloseTo(5, 6);
    expect(await at.estimate(input, ...probe)).toEqual(probed);
    expect(at.server.calls).toHaveLength(paid);

    expect((await sysgen(at.args("run", input, "--quiet", ...judging))).code).toBe(0);
    expect(new Set(at.server.billed).size).toBe(at.server.billed.length);
    const byPhase = (phase: string): number => at.server.calls.filter((call) => call.phase === phase).length;
    expect(byPhase("generate")).toBe(70 + 14);
    expect(byPhase("respond")).toBe(60);
    const exact = await at.estimate(input, "--rows", "70", ...judging);
    for (const { phase, calls } of exact.phases) {
      expect(calls.value, phase).toBeCloseTo(byPhase(phase), 6);
      expect(calls.bar, phase).toBe(0);
      const before = probed.phases.find((one) => one.phase === phase)?.calls ?? { value: 0, bar: 0 };
      expect(Math.abs(before.value - byPhase(phase)), phase).toBeLessThanOrEqual(before.bar);
    }
    expect(exact.total.inputTokens.value).toBeCloseTo(at.server.calls.length * 20, 4);
  });

  test("what a preview left in the journal takes the place of what was assumed", async () => {
    await using at = await bench();
    const input = await at.folder.jsonl("rows.jsonl", questions(500));
    await sysgen(at.args("preview", input, "--quiet"));
    const { rows: seen, assumptions, phases } = await at.estimate(input, "--rows", "20");
    expect(seen.measured).toBeLessThan(3);
    expect(assumptions.join("\n")).toMatch(/respond: 5 output tokens a call, the mean of 3 calls in the journal/);
    const outputOf = (phase: string): number | undefined => phases.find((one) => one.phase === phase)?.outputTokens.value;
    expect([outputOf("generate"), outputOf("respond")]).toEqual([2_500, 2_500]);
  });

  test("prices of the config's table make the cost; without one the user is told, and tokens still stand", async () => {
    await using at = await bench();
    const input = await at.folder.jsonl("rows.jsonl", questions(10));
    const plain = await sysgen(at.args("estimate", input));
    expect(plain.code).toBe(0);
    expect(plain.stderr).toBe("");
    expect(plain.stdout).toMatch(
      /price +not known for gpt-4o-mini at 127\.0\.0\.1:\d+, and not guessed\. Give it in the config file: prices: \{"gpt-4o-mini"/,
    );
    expect(plain.stdout).toMatch(/^generate +10 +[\d,.k]+ +[\d,.]+ ± [\d,.]+ +- +-$/m);
    expect(plain.stdout).toContain("unknown without a probe (--probe 5)");
    expect(plain.stdout).toContain("±  95% confidence");
    const config = await at.folder.file("c.yaml", "prices:\n  gpt-4o-mini: {input: 2, output: 8}\n  judge-1: {input: 1, output: 1}\n");
    const { phases, total, models } = await at.estimate(input, "--config", config, "--judge-model", "judge-1");
    const costOf = (phase: string, input: number, output: number): number => {
      const use = phases.find((one) => one.phase === phase);
      return ((use?.inputTokens.value ?? 0) * input + (use?.outputTokens.value ?? 0) * output) / 1e6;
    };
    const expected = [costOf("generate", 2, 8), costOf("verify", 1, 1), costOf("respond", 2, 8)];
    expect(phases.map(({ cost }) => cost?.value.toFixed(9))).toEqual(expected.map((cost) => cost.toFixed(9)));
    expect(total.cost?.value).toBeCloseTo(
      expected.reduce((a, b) => a + b),
      9,
    );
    expect(models.map(({ model, phases }) => [model, phases])).toEqual([
      ["gpt-4o-mini", ["generate", "respond"]],
      ["judge-1", ["verify"]],
    ]);
    const half = await at.estimate(input, "--judge-model", "judge-1", "--config", config, "--model", "unpriced");
    expect([half.phases[1]?.cost === null, half.total.cost]).toEqual([false, null]);
  });

  test("rows that end early, several responses, and a pipe that can be read once", async () => {
    await using at = await bench();
    const turn = (text: string): object[] => [
      { role: "user", content: `${text}?` },
      { role: "assistant", content: `${text}.` },
    ];
    const lines = [
      { messages: [...turn("One"), ...turn("Two")] },
      { messages: [...turn("Three"), ...turn("Four")] },
      { messages: [{ role: "system", content: "Old." }, ...turn("Five")] },
      { messages: [{ role: "user", content: "no response" }] },
    ];
    const input = await at.folder.jsonl("chats.jsonl", lines);
    const paper = ["--preset", "paper"];
    const { rows: seen, phases } = await at.estimate(input, ...paper);
    expect(seen).toMatchObject({ total: 4, endEarly: { "has-system-message": 1, "no-response": 1 } });
    expect(phases.map(({ calls }) => calls.value)).toEqual([2, 2, 4]);
    expect((await at.estimate(input, "--limit", "1", ...paper)).phases.map(({ calls }) => calls.value)).toEqual([1, 1, 2]);
    const stdin = await readFile(input, "utf8");
    const piped = await sysgen(at.args("estimate", "-", "--json", ...paper), { stdin });
    expect((JSON.parse(piped.stdout) as Estimate).phases.map(({ calls }) => calls.value)).toEqual([2, 2, 4]);
    const probe = await sysgen(at.args("estimate", "-", "--probe", "3"), { stdin });
    expect([probe.code, probe.stderr]).toEqual([2, expect.stringContaining("--probe reads the input twice")]);
  });

  test("a model of one's own machine: no price, counted with what is at hand, and not fetched", async () => {
    await using at = await bench();
    const input = await at.folder.jsonl("rows.jsonl", questions(3));
    const { code, stdout } = await sysgen(["estimate", input, "--out", at.out], { env: { SYSGEN_CACHE: at.folder.path } });
    expect(code).toBe(0);
    expect(stdout).toContain("none: it runs in this process");
    expect(stdout).toMatch(/o200k_base, not qwen2\.5-coder-1\.5b's own tokenizer \(it is not on disk/);
    expect(stdout).toMatch(/0\.8 to 1\.25 tokens of the model/);
    expect(existsSync(join(at.folder.path, "models"))).toBe(false);
  });

  test("an embedded model: its own vocabulary counts, and prompts that do not fit its context are those that the run makes then", async () => {
    await using folder = await temporaryFolder();
    await writeTinyGguf(join(folder.path, "tiny.gguf"));
    const input = await folder.jsonl("rows.jsonl", questions(6));
    const limits = "generate: {maxOutputTokens: 60}\nverify: {maxOutputTokens: 30}\nrespond: {maxOutputTokens: 8}\n";
    const config = await folder.file("c.yaml", limits);
    const args = [
      input,
      "--model",
      join(folder.path, "tiny.gguf"),
      "--config",
      config,
      "--out",
      join(folder.path, "run"),
      "--quiet",
      "--json",
    ];
    const estimate = async (...flags: string[]): Promise<Estimate> =>
      JSON.parse((await sysgen(["estimate", ...args, ...flags])).stdout) as Estimate;
    const before = await estimate();
    expect(before.models[0]?.tokenizer).toMatch(/^the vocabulary of .*tiny\.gguf$/);
    expect(before.rows.measured).toBe(0);
    // In this model a letter is one token. The demonstrations alone are longer than the context.
    expect(before.phases[0]?.inputTokens.value).toBeLessThan(6 * 4_096);
    const after = await estimate("--probe", "6");
    expect(after.rows.measured).toBe(6);
    const { calls } = JSON.parse((await sysgen(["run", ...args])).stdout) as {
      calls: { phase: string; calls: number; inputTokens: number }[];
    };
    for (const { phase, calls: count, inputTokens } of calls) {
      const estimated = after.phases.find((one) => one.phase === phase);
      expect(
        [estimated?.calls.value, estimated?.inputTokens.value].map((value) => Math.round(value ?? 0)),
        phase,
      ).toEqual([count, inputTokens]);
    }
  });

  test("rows of a probe that fail are counted, and the exit code says so", async () => {
    await using at = await bench(
      await startModelServer((call) => (call.phase === "respond" ? { status: 422, body: "{}" } : wellBehaved(call))),
    );
    const input = await at.folder.jsonl("rows.jsonl", questions(5));
    const { code, stdout } = await sysgen(at.args("estimate", input, "--probe", "3", "--quiet", "--max-retries", "0"));
    expect(code).toBe(1);
    expect(stdout).toContain("3 rows of the probe failed, and what they would use is not known.");
    expect(stdout).toContain("rests on");
  });

  test.each([
    [["--probe", "2"], /--probe: expected at least 3 rows, found 2/],
    [["--probe", "30", "--rows", "10"], /--probe: expected at most the 10 sampled rows, found 30/],
    [["--rows", "0"], /--rows: expected a whole number from 1 up, found "0"/],
    [["--rows", "many"], /--rows: expected a whole number from 1 up, found "many"/],
    [["--probe", "1.5"], /--probe: expected a whole number from 0 up/],
    [["--preset", "papper"], /--preset/],
    [["--base-url", "gpu1"], /--base-url: expected a URL/],
  ])("refuses %j with a sentence", async (flags, message) => {
    await using at = await bench();
    const input = await at.folder.jsonl("rows.jsonl", questions(3));
    const { code, stdout, stderr } = await sysgen(at.args("estimate", input, ...flags));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(at.server.calls).toEqual([]);
  });

  test("refuses what a run refuses: no input, no file, no rows", async () => {
    await using folder = await temporaryFolder();
    const empty = await folder.file("empty.jsonl", "");
    for (const [args, message] of [
      [[], /No input/],
      [["missing.jsonl"], /No file at missing\.jsonl/],
      [[empty], /holds no rows/],
      [[empty, "--model", "gpt-9"], /holds no rows|Unknown embedded model/],
    ] as const) {
      const { code, stderr } = await sysgen(["estimate", ...args], { cwd: folder.path });
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    }
  });
});
