import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { isAbort } from "../errors.ts";
import type { EvaluateCell } from "./cells.ts";
import type { BenchmarkChoice, Student, SystemPlace } from "./experiment.ts";
import { defaultTrainSettings } from "./experiment-schema.ts";
import { Identities } from "./identity.ts";
import { evaluateOptions, ownWorkers } from "./own-workers.ts";

const settings = { train: defaultTrainSettings, evaluate: {}, judge: undefined, python: undefined, dataRoot: undefined };
const benchmark: BenchmarkChoice = {
  on: "s-ifeval",
  data: undefined,
  limit: undefined,
  shots: undefined,
  judgeRuns: undefined,
  systemAs: ["system"],
};
const experiment = { ...settings, name: "e", students: [], variants: [], benchmarks: [], seeds: [0], out: "out" } as const;

const reading = { signal: new AbortController().signal, onNotice: () => {} };

interface Change {
  readonly on?: string;
  readonly systemAs?: SystemPlace;
  readonly systemRole?: Student["systemRole"];
}

test("a base is asked in the role that its student is given, as its trained models are", async () => {
  await using folder = await temporaryFolder();
  const model = join(folder.path, "student");
  await mkdir(model);
  await writeFile(join(model, "config.json"), "{}");
  const identities = new Identities(experiment, ownWorkers(experiment, {}, reading));
  const of = async ({ on = "s-ifeval", systemAs = "system", systemRole }: Change) => {
    const student: Student = { name: "tiny", model, run: undefined, kdRun: undefined, gguf: undefined, systemRole };
    const choice = { ...benchmark, on };
    const cell: EvaluateCell = { kind: "evaluate", variant: "base", seed: 0, student, benchmark: choice, systemAs };
    const task = { student, model, run: undefined, benchmarks: [choice], systemAs, out: "out" };
    return {
      identity: (await identities.ofEvaluation(cell, undefined)).hash,
      folder: identities.asked(cell)[0],
      role: evaluateOptions(task, settings).systemRole,
      ofTrained: evaluateOptions({ ...task, model: "out/models/tiny" }, settings).systemRole,
    };
  };
  const [plain, first] = [await of({}), await of({ systemRole: "first-user" })];
  expect([plain.role, first.role, first.ofTrained]).toEqual([undefined, "first-user", undefined]);
  expect(first.identity).not.toBe(plain.identity);
  expect(first.folder).not.toBe(plain.folder);
  // The template's own role, the user's message and the harness need no word.
  for (const change of [
    { systemRole: "system" },
    { systemAs: "user", systemRole: "first-user" },
    { on: "mmlu", systemRole: "first-user" },
  ] as const)
    expect(await of(change)).toEqual(await of({ ...change, systemRole: undefined }));
});

test("a benchmark that has no items is told with its line, and data with its keys", async () => {
  await using folder = await temporaryFolder();
  const withRun = { ...experiment, train: { ...defaultTrainSettings, heldOut: 0.1 } };
  const identities = new Identities(withRun, ownWorkers(withRun, {}, reading));
  const student: Student = { name: "m", model: "m", run: undefined, kdRun: undefined, gguf: undefined, systemRole: undefined };
  const itemsOf = (change: Partial<BenchmarkChoice>) => {
    const choice = { ...benchmark, place: "e.yaml:4", ...change };
    return identities.itemsOf({ kind: "evaluate", variant: "base", seed: 0, student, benchmark: choice, systemAs: "system" });
  };
  await expect(itemsOf({ on: "sysbench" })).rejects.toThrow(/^e\.yaml:4: sysbench: SysBench's data is not on the hub .* Give data: <file>/);
  await expect(itemsOf({ on: "own" })).rejects.toThrow(/^e\.yaml:4: own asks about rows of a run\. Name its directory: run runs\/mine/);
  await expect(itemsOf({ on: "multifacet", data: await folder.jsonl("m.jsonl", [{ id: 1 }]) })).rejects.toThrow(
    /^e\.yaml:4: multifacet: .*m\.jsonl:1: /,
  );
  expect(await itemsOf({ on: "mmlu" })).toBeUndefined();
  expect(await itemsOf({})).toMatch(/^[0-9a-f]{64}$/);
});

test("reading the items of a benchmark says what it waits for, and ends with the command", async () => {
  // A hub that never answers.
  const hub = createServer(() => {});
  await new Promise<void>((resolve) => hub.listen(0, "127.0.0.1", resolve));
  const address = hub.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  await using folder = await temporaryFolder();
  const abort = new AbortController();
  const notices: string[] = [];
  const onNotice = (text: string): void => {
    notices.push(text);
    abort.abort();
  };
  const env = { HF_ENDPOINT: `http://127.0.0.1:${port}`, HF_HOME: folder.path };
  const identities = new Identities(experiment, ownWorkers(experiment, env, { signal: abort.signal, onNotice }));
  const student: Student = { name: "m", model: "m", run: undefined, kdRun: undefined, gguf: undefined, systemRole: undefined };
  const choice = { ...benchmark, on: "multifacet" };
  const reads = identities.itemsOf({ kind: "evaluate", variant: "base", seed: 0, student, benchmark: choice, systemAs: "system" });
  await expect(reads).rejects.toSatisfy(isAbort);
  expect(notices).toEqual(["Reading the data of multifacet"]);
  hub.closeAllConnections();
  hub.close();
});
