import { mkdtemp, readFile, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakePython } from "../../../test/fixtures/lm-eval-recorded.ts";
import type { HarnessModel } from "./model.ts";
import { runHarnessTask, type TaskOutcome, type TaskRun } from "./run-task.ts";
import { harnessTaskOf, type HarnessTask } from "./tasks.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "harness-"))));
afterEach(() => rm(folder, { recursive: true }));

function taskOf(name: string): HarnessTask {
  const task = harnessTaskOf(name);
  if (task === undefined) throw new Error(`no task ${name}`);
  return task;
}

const local: HarnessModel = { kind: "folder", folder: "/models/tiny", content: "0123" };
const server: HarnessModel = { kind: "server", baseUrl: "http://127.0.0.1:9/v1", model: "m", apiKey: "sk-secret-1" };
const settings = { limit: 2, seed: 0, concurrency: 4, timeoutMs: 1_000 };

interface Fake {
  readonly lines?: readonly string[];
  readonly code?: number;
  readonly signal?: string;
  readonly hangs?: boolean;
  readonly writes?: boolean;
  readonly recorded?: string;
  /** The model of a task of choices is a server's. */
  readonly ofServer?: boolean;
}

function run(name: string, fake: Fake = {}, change: Partial<TaskRun> = {}): Promise<TaskOutcome> {
  return runHarnessTask({
    task: taskOf(name),
    model: local,
    settings,
    machine: { versions: { "lm-eval": "0.4.13" }, device: "cpu" },
    data: { from: "hf:some/set" },
    python: fakePython,
    folder: join(folder, name),
    env: { ...process.env, FAKE_PYTHON: JSON.stringify(fake), FAKE_RUNS: join(folder, "runs") },
    signal: new AbortController().signal,
    onNotice: () => {},
    ...change,
  });
}

/** What the harness was asked, by run. */
async function asked(): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(join(folder, "runs"), "utf8")).trimEnd().split("\n");
  return lines.map((line): Record<string, unknown> => JSON.parse(line) as Record<string, unknown>);
}

test("a limited task is partial, its result is kept, and another question is another result", async () => {
  const progress: unknown[] = [];
  const first = await run("arc-challenge", {}, { onProgress: (at) => progress.push(at) });
  expect(first).toMatchObject({ state: "partial", cause: "--limit 2: 2 of 6 items.", items: 2, of: 6, isKept: false });
  expect(progress).toEqual([
    { done: 0, of: 8 },
    { done: 4, of: 8 },
  ]);
  const again = await run("arc-challenge", { code: 1, lines: [] });
  expect(again).toMatchObject({ state: "partial", isKept: true, versions: first.state === "partial" ? first.versions : {} });
  await run("arc-challenge", {}, { settings: { ...settings, shots: 0 } });
  await run("arc-challenge", {}, { settings: { ...settings, seed: 1 } });
  await run("arc-challenge", {}, { model: { ...local, content: "4567" } });
  await run("arc-challenge", {}, { machine: { versions: { "lm-eval": "0.4.14" }, device: "cpu" } });
  await run("arc-challenge", {}, { data: { from: "root", sha256: "89" } });
  const whole = await run("arc-challenge", { recorded: "arc_whole" }, { settings: { ...settings, limit: undefined } });
  expect(whole).toMatchObject({ state: "done", items: 6, of: 6 });
  const runs = await asked();
  expect(runs).toHaveLength(7);
  expect(runs[0]).toMatchObject({ tasks: ["arc_challenge"], num_fewshot: 25, limit: 2, seed: [0, 1234, 1234, 1234], log_samples: true });
  expect(runs[0]).toMatchObject({ model: "hf", model_args: { pretrained: "/models/tiny" }, batch_size: 1, apply_chat_template: false });
  expect(runs[1]).toMatchObject({ num_fewshot: 0 });
  expect(runs[2]).toMatchObject({ seed: [1, 1235, 1235, 1235] });
  expect(runs[5]).toMatchObject({ HF_DATASETS_OFFLINE: "1" });
  expect(runs[5]?.["HF_DATASETS_CACHE"]).not.toBe(runs[0]?.["HF_DATASETS_CACHE"]);
  expect(runs[6]).not.toHaveProperty("limit");
});

test("a server is asked by chat for what is written, and its key is in no file", async () => {
  await run("arc-challenge-chat", {}, { model: server });
  const [call] = await asked();
  expect(call).toMatchObject({ model: "local-chat-completions", apply_chat_template: true, OPENAI_API_KEY: "sk-secret-1" });
  expect(call).toMatchObject({ model_args: { base_url: "http://127.0.0.1:9/v1/chat/completions", num_concurrent: 4 } });
  const { OPENAI_API_KEY: _, ...written } = call ?? {};
  expect(JSON.stringify(written)).not.toContain("sk-secret-1");
  await run("arc-challenge", {}, { model: server });
  expect((await asked())[1]).toMatchObject({ model: "local-completions", apply_chat_template: false });
});

test("a tokenizer's relative folder is found from the harness's folder, and a hub name stays", async () => {
  await run("arc-challenge", {}, { model: { ...server, tokenizer: relative(process.cwd(), folder) } });
  await run("arc-challenge", {}, { model: { ...server, tokenizer: "org/tiny" } });
  expect((await asked()).map(({ model_args }) => model_args)).toMatchObject([{ tokenizer: folder }, { tokenizer: "org/tiny" }]);
});

test("prompts that lost their beginning are told", async () => {
  const notices: string[] = [];
  const lines = ["W Left truncation applied. Original sequence length was 9, truncating to last 8 tokens. Some content will be lost."];
  await run("arc-challenge", { lines, writes: true }, { onNotice: (text) => notices.push(text) });
  expect(notices).toEqual([expect.stringMatching(/^ARC-Challenge: prompts were longer than the model's context .*--shots/)]);
});

test("an interrupted task keeps its answers", async () => {
  const abort = new AbortController();
  const outcome = await run("arc-challenge", { hangs: true }, { signal: abort.signal, onProgress: () => abort.abort() });
  expect(outcome).toMatchObject({ state: "stopped", cause: expect.stringContaining("the same command goes on") });
});

/** Errors of the hub, which are not of the model, whatever it is. */
function hubFailures(task: string): (readonly [string, string, Fake, RegExp])[] {
  const said = (line: string): Fake => ({ code: 1, lines: [line, "bye"] });
  const url = "url: https://huggingface.co/api/datasets/some/set";
  return [
    [
      `a busy hub at ${task}`,
      task,
      said(`HfHubHTTPError: 429 Client Error: Too Many Requests for ${url}`),
      /the hub takes no more requests/,
    ],
    [
      `no access at ${task}`,
      task,
      said(`HfHubHTTPError: 401 Client Error: Unauthorized for ${url}`),
      /no access to the dataset .*HF_TOKEN\./,
    ],
    [
      `a broken hub at ${task}`,
      task,
      said(`HfHubHTTPError: 502 Server Error: Bad Gateway for ${url}`),
      /the hub refuses the dataset .*502/,
    ],
    [
      `a slow hub at ${task}`,
      task,
      said(
        "requests.exceptions.ReadTimeout: (ReadTimeoutError(\"HTTPSConnectionPool(host='huggingface.co', port=443): Read timed out.\"))",
      ),
      /the hub does not answer \(ReadTimeout/,
    ],
  ];
}

const failures: readonly (readonly [string, string, Fake, RegExp])[] = [
  [
    "results that were not written",
    "mmlu",
    { lines: ["W Could not save results aggregated", "|mmlu|"] },
    /not written into .*Is the folder writable.*\?/,
  ],
  ["an unknown task", "mmlu", { code: 1, lines: ["ValueError: Tasks not found: mmlu"] }, /has no task mmlu\. Expected version 0\.4\.13\./],
  [
    "data that is not there",
    "hellaswag",
    { code: 1, lines: ["ConnectionError: Couldn't reach 'Rowan/hellaswag' on the Hub (OfflineModeIsEnabled)"] },
    /the dataset Rowan\/hellaswag is neither in the Hugging Face cache nor to be had/,
  ],
  [
    "a gated dataset",
    "gpqa",
    { code: 1, lines: ["DatasetNotFoundError: Dataset 'Idavidrein/gpqa' is a gated dataset on the Hub."] },
    /gated\. Accept its conditions at https/,
  ],
  [
    "a server that is down",
    "bbh",
    {
      code: 1,
      lines: ["requests.exceptions.ConnectionError: HTTPConnectionPool(host='127.0.0.1', port=9): Max retries exceeded with url: /v1"],
    },
    /m at 127\.0\.0\.1:9 does not answer\. Is it still running\?/,
  ],
  [
    "a wrong model name",
    "bbh",
    { code: 1, lines: ["requests.exceptions.HTTPError: 400 Client Error: Bad Request"] },
    /refuses the request \(400 .*Is the model's name right\?/,
  ],
  [
    "a wrong key",
    "bbh",
    { code: 1, lines: ["requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url"] },
    /refuses the key\. Check --api-key-env\./,
  ],
  ["a server that is too slow", "bbh", { code: 1, lines: ["asyncio.exceptions.TimeoutError"] }, /gave no reply in time/],
  ...hubFailures("mmlu"),
  ...hubFailures("bbh"),
  [
    "a network that is down",
    "mmlu",
    { code: 1, lines: ["httpx.ConnectTimeout: [Errno 110] Connection timed out"] },
    /the hub does not answer \(ConnectTimeout: .*--data-root\./,
  ],
  [
    "choices asked of a chat",
    "mmlu",
    { ofServer: true, code: 1, lines: ["NotImplementedError: Loglikelihood is not supported for chat completions. Consider"] },
    /no log-probabilities of answers\. Evaluate the folder of the weights, or take mmlu-generative\./,
  ],
  [
    "no log-probabilities",
    "hellaswag",
    { ofServer: true, code: 1, lines: ["KeyError: 'logprobs'"] },
    /gives no log-probabilities of a prompt\. Evaluate the folder of the weights\./,
  ],
  [
    "missing punkt_tab",
    "ifeval-harness",
    { code: 1, lines: ["  Resource 'punkt_tab' not found.", "*****"] },
    /-m nltk\.downloader punkt_tab"\./,
  ],
  [
    "a missing extra",
    "ifeval-harness",
    { code: 1, lines: ["ModuleNotFoundError: No module named 'langdetect'"] },
    /lacks the module langdetect\. Install lm-eval\[hf,api,ifeval\]/,
  ],
  [
    "too few examples",
    "mmlu",
    { code: 1, lines: ["AssertionError: Error: number of fewshot samples requested exceeds the 4 that are available."] },
    /only 4 rows to draw examples from\. Take fewer with --shots\./,
  ],
  [
    "graphics memory",
    "mmlu",
    { code: 1, lines: ["torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.6 GiB"] },
    /does not fit into the graphics memory \(.*2\.00 GiB/,
  ],
  ["memory of C++", "mmlu", { lines: ["  what():  std::bad_alloc"], signal: "SIGABRT" }, /does not fit into memory \(std::bad_alloc\)/],
  ["memory of the system", "mmlu", { code: 1, lines: ["OSError: [Errno 12] Cannot allocate memory"] }, /does not fit into memory/],
  ["memory", "mmlu", { lines: ["loading"], signal: "SIGKILL" }, /the system ended lm-eval, which it does when memory is short\./],
  ["a full disk", "mmlu", { code: 1, lines: ["OSError: [Errno 28] No space left on device"] }, /the disk is full/],
  [
    "a folder of no model",
    "mmlu",
    { code: 1, lines: ["OSError: /models/tiny does not appear to have a file named config.json."] },
    /is no whole Hugging Face folder/,
  ],
  [
    "what is not known",
    "mmlu",
    { code: 3, lines: ["ZeroDivisionError: division by zero", "bye"] },
    /lm-eval ended with code 3: ZeroDivisionError: division by zero\./,
  ],
];

test.each(failures)("%s is told in a sentence", async (_, name, fake, sentence) => {
  const isServer = fake.ofServer ?? (taskOf(name).answers === "text" && name !== "ifeval-harness");
  const model = isServer ? server : local;
  const outcome = await run(name, fake, { model });
  expect(outcome).toMatchObject({ state: "failed", cause: expect.stringMatching(sentence) });
  const log = /All output is in (\S+lm-eval\.log)\.$/.exec("cause" in outcome ? (outcome.cause ?? "") : "")?.[1] ?? "";
  expect(existsSync(log)).toBe(true);
});
