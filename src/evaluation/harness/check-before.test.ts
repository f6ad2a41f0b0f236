import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakePython } from "../../../test/fixtures/lm-eval-recorded.ts";
import { checkBefore, type HarnessPlan, type HarnessReady } from "./check-before.ts";
import type { HarnessModel } from "./model.ts";
import { runHarnessTask } from "./run-task.ts";
import { harnessTaskOf, type HarnessTask } from "./tasks.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "check-"))));
afterEach(() => rm(folder, { recursive: true }));

const local: HarnessModel = { kind: "folder", folder: "/models/tiny", content: "0123" };
const settings = { limit: 2, seed: 0, concurrency: 4, timeoutMs: 1_000 };

function tasksOf(...names: string[]): HarnessTask[] {
  return names.flatMap((name) => harnessTaskOf(name) ?? []);
}

async function check(tasks: readonly HarnessTask[], found: object = {}, change: Partial<HarnessPlan> = {}): Promise<HarnessReady> {
  const root = join(folder, "root");
  for (const { dataset } of tasks) {
    await mkdir(join(root, dataset, "data"), { recursive: true });
    await writeFile(join(root, dataset, "data", "test.jsonl"), `{"of":"${dataset}"}\n`);
  }
  return checkBefore({
    tasks,
    model: local,
    settings: () => ({ ...settings, dataRoot: root }),
    python: fakePython,
    out: join(folder, "out"),
    env: { ...process.env, FAKE_PYTHON: JSON.stringify({ check: found }), FAKE_RUNS: join(folder, "runs") },
    signal: new AbortController().signal,
    ...change,
  });
}

const versions = { python: "3.11.7", "lm-eval": "0.4.13" };
const lacking: readonly (readonly [string, object, RegExp])[] = [
  ["no harness", { versions: { python: "3.11.7" } }, /has no lm-eval.*Run "sysgen python install"/],
  ["an old harness", { versions: { ...versions, "lm-eval": "0.4.9.1" } }, /lm-eval 0\.4\.9\.1; expected 0\.4\.13 or newer/],
  ["a missing extra", { missing: ["langdetect", "immutabledict"] }, /lacks langdetect, immutabledict, which lm-eval needs/],
  ["missing data of NLTK", { missing: ["punkt_tab"] }, /punkt_tab is missing, and IFEval fails without it after all answers are paid/],
  ["PyTorch that cannot be loaded", { problem: "OSError: libcublasLt.so.13 not found" }, /cannot load lm-eval: OSError: libcublasLt/],
  ["an unknown task", { unknown: ["mmlu"] }, /has no task mmlu/],
];
test.each(lacking)("%s is told before the start", async (_, found, sentence) => {
  await expect(check(tasksOf("mmlu"), found)).rejects.toThrow(sentence);
});

test("an interpreter that is none, and one that breaks off", async () => {
  await expect(check(tasksOf("mmlu"), {}, { python: join(folder, "nothing") })).rejects.toThrow(/Cannot start .*--python takes/);
  await expect(check(tasksOf("mmlu"), {}, { python: process.execPath })).rejects.toThrow(/cannot be used: /);
});

test("data is looked for before the start, and its content is known", async () => {
  const { data, machine } = await check(tasksOf("mmlu", "arc-challenge"));
  expect(machine).toMatchObject({ device: "cpu", versions: { "lm-eval": "0.4.13" } });
  expect([...data.values()]).toEqual([
    { from: join(folder, "root/cais/mmlu"), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    { from: join(folder, "root/allenai/ai2_arc"), sha256: expect.any(String) },
  ]);
  await rm(join(folder, "root/cais/mmlu/data/test.jsonl"));
  const emptied = { ...planOf(), settings: () => ({ ...settings, dataRoot: join(folder, "root") }) };
  await expect(checkBefore(emptied)).rejects.toThrow(
    /--data-root .*root: MMLU is read from .*cais\/mmlu, which holds no \.parquet.*hf download --repo-type dataset cais\/mmlu --local-dir/,
  );
});

function planOf(): HarnessPlan {
  return {
    tasks: tasksOf("mmlu"),
    model: local,
    settings: () => settings,
    python: fakePython,
    out: join(folder, "out"),
    env: { ...process.env, SYSGEN_OFFLINE: "1", HF_HOME: join(folder, "hf") },
    signal: new AbortController().signal,
  };
}

test("without a network, only what the cache has can be asked", async () => {
  const plan = planOf();
  await expect(checkBefore(plan)).rejects.toThrow(
    /the network is switched off, and the dataset cais\/mmlu is not in .* cache.*--data-root/,
  );
  await mkdir(join(folder, "hf/datasets/cais___mmlu"), { recursive: true });
  expect([...(await checkBefore(plan)).data.values()]).toEqual([{ from: "hf:cais/mmlu" }]);
});

test("a folder that cannot be written is told", async () => {
  await writeFile(join(folder, "file"), "");
  await expect(check(tasksOf("mmlu"), {}, { out: join(folder, "file", "out") })).rejects.toThrow(
    /Cannot write into .*would lose its results/,
  );
});

test("nothing but the data is checked for a task whose result is there", async () => {
  const tasks = tasksOf("arc-challenge");
  const [task] = tasks;
  const ready = await check(tasks);
  const data = task && ready.data.get(task);
  if (task === undefined || data === undefined) throw new Error("no data");
  await runHarnessTask({
    task,
    model: local,
    settings: { ...settings, dataRoot: join(folder, "root") },
    machine: ready.machine,
    data,
    python: fakePython,
    folder: join(folder, "out", task.name),
    env: process.env,
    signal: new AbortController().signal,
    onNotice: () => {},
  });
  await rm(join(folder, "runs"));
  await check(tasks, { missing: ["torch"] });
  await expect(readFile(join(folder, "runs"), "utf8")).rejects.toThrow("ENOENT");
});

/** A server of chats that answers `/completions` as given. */
async function served<T>(completion: object, use: (model: HarnessModel) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    const isChat = request.url?.endsWith("/chat/completions") === true;
    void new Response(Readable.toWeb(request)).json().then((body) => {
      // The harness sends ids, so a server must take them.
      if (!isChat) expect(body).toMatchObject({ prompt: [[11, 12, 13, 14, 15]], echo: true, logprobs: 1 });
      response.end(JSON.stringify(isChat ? { choices: [{ message: { content: "yes" } }] } : completion));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    return await use({ kind: "server", baseUrl: `http://127.0.0.1:${port}/v1`, model: "m" });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("choices are refused for a server without log-probabilities, with what it can answer instead", async () => {
  await served({ choices: [{ text: "x" }] }, async (model) => {
    await check(tasksOf("bbh", "arc-challenge-chat"), {}, { model });
    await expect(check(tasksOf("bbh", "arc-challenge", "mathqa"), {}, { model })).rejects.toThrow(
      /gives no log-probabilities of a prompt .*arc-challenge, mathqa compare\..*arc-challenge-chat for arc-challenge .*There is none for mathqa\./,
    );
  });
  const logprobs = { token_logprobs: [null, -1, -2, -3], top_logprobs: [null, {}, {}, {}] };
  await served({ choices: [{ text: "x", logprobs }] }, async (model) => {
    await check(tasksOf("arc-challenge"), {}, { model });
  });
  const nobody: HarnessModel = { kind: "server", baseUrl: "http://127.0.0.1:9/v1", model: "m" };
  await expect(check(tasksOf("bbh"), {}, { model: nobody })).rejects.toThrow(/127\.0\.0\.1:9 does not answer .*Is the server running/);
});
