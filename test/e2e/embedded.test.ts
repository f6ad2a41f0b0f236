import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { questions, readRun, startSysgen, sysgen, temporaryFolder, type Folder } from "../fixtures/sysgen.ts";
import { writeTinyGguf } from "../fixtures/tiny-gguf.ts";

// The real program, with the engine in a process of its own and a model of random weights.

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder();
  await writeTinyGguf(join(folder.path, "tiny.gguf"));
});
afterAll(() => folder[Symbol.asyncDispose]());

const count = 3;
/**
 * In this model a letter is one token, so no demonstrations and few phrases fit into the context.
 */
const settings = (out: string, outputTokens: number): string =>
  JSON.stringify({
    input: "rows.jsonl",
    model: "tiny.gguf",
    out,
    contextSize: 8_192,
    embedded: { contexts: 1, threads: 1 },
    maxReasks: 0,
    generate: { maxOutputTokens: outputTokens },
    // What a model of random weights writes has every fault.
    filter: { checkContent: false },
    respond: { maxOutputTokens: outputTokens },
  });

async function start(out: string, outputTokens: number) {
  await folder.jsonl("rows.jsonl", questions(count));
  await folder.file(`${out}.yaml`, settings(out, outputTokens));
  return startSysgen(["run", "--config", `${out}.yaml`], { cwd: folder.path });
}

/** The ids of the processes that a process started. */
const childrenOf = (pid: number | undefined): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);

async function engineOf(pid: number | undefined): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const [child] = childrenOf(pid);
    if (child !== undefined) return child;
    await sleep(50);
  }
  throw new Error("no engine was started");
}

test("a toy of the catalogue is named one, once", { timeout: 120_000 }, async () => {
  await using cache = await temporaryFolder();
  await mkdir(join(cache.path, "models"));
  await writeTinyGguf(join(cache.path, "models", "SmolLM2-135M-Instruct.Q4_1.gguf"));
  const input = await cache.jsonl("rows.jsonl", questions(2));
  const config = await cache.file("c.yaml", settings("toy", 8));
  const args = ["run", input, "--config", config, "--model", "smollm2-135m", "--out", join(cache.path, "run")];
  const { stderr } = await sysgen(args, { env: { SYSGEN_CACHE: cache.path } });
  expect(stderr.match(/smollm2-135m is a toy: .* The default model is qwen2\.5-coder-1\.5b\./g)).toHaveLength(1);
});

test("every row is accounted for, the layout is told, and verdicts carry scores", { timeout: 120_000 }, async () => {
  const { code, stderr } = await (await start("whole", 900)).finished;
  const { dataset, rejected } = await readRun(join(folder.path, "whole"));
  expect(stderr).toMatch(/1 context of \d+ tokens, 1 call at a time, 1 thread/);
  expect(dataset.length + rejected.length).toBe(count);
  expect(code, stderr).toBeLessThanOrEqual(1);
  const judged = [
    ...dataset.flatMap(({ sysgen: { phrases } }) => phrases),
    ...rejected.flatMap((row) => ("removed" in row ? [row.removed].flat() : [])),
  ];
  const scores = judged.flatMap((phrase) => (typeof phrase === "object" && phrase !== null && "score" in phrase ? [phrase.score] : []));
  expect(scores.length).toBeGreaterThan(0);
  for (const score of scores) expect(score).toSatisfy(Number.isFinite);
});

test.runIf(process.platform === "linux")(
  "an engine that crashes is an error of its calls, and the run goes on with another",
  { timeout: 120_000 },
  async () => {
    const run = await start("crashed", 400);
    const engine = await engineOf(run.process.pid);
    await sleep(1_500);
    process.kill(engine, "SIGKILL");
    const { code, stderr } = await run.finished;
    const { dataset, rejected } = await readRun(join(folder.path, "crashed"));
    expect(dataset.length + rejected.length, stderr).toBe(count);
    expect(rejected.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(code, stderr).toBe(0);
  },
);

test.runIf(process.platform === "linux")(
  "Ctrl-C breaks decoding off; the same command again asks anew and ends",
  { timeout: 120_000 },
  async () => {
    const run = await start("stopped", 1_200);
    await engineOf(run.process.pid);
    await sleep(1_500);
    const stopped = performance.now();
    run.process.kill("SIGINT");
    const { code, stderr } = await run.finished;
    expect(code, stderr).toBe(130);
    expect(performance.now() - stopped).toBeLessThan(15_000);
    const again = await sysgen(["run", "--config", "stopped.yaml"], { cwd: folder.path });
    expect(again.code, again.stderr).toBeLessThanOrEqual(1);
    const { dataset, rejected } = await readRun(join(folder.path, "stopped"));
    expect(dataset.length + rejected.length).toBe(count);
  },
);
