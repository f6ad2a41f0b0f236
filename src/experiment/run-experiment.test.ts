import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { fakeWorkers, type FakeWorkersOptions } from "../../test/fixtures/fake-workers.ts";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { readEvaluation } from "../evaluation/evaluation-folder.ts";
import { digestOfFile } from "../hub/digest.ts";
import type { CellFile } from "./cell-file.ts";
import { CellStore } from "./cell-store.ts";
import { labelOf } from "./cells.ts";
import { CellTimes } from "./estimate-time.ts";
import type { Experiment } from "./experiment.ts";
import { defaultTrainSettings } from "./experiment-schema.ts";
import { inKeys } from "./in-keys.ts";
import { Identities } from "./identity.ts";
import { isFinished, planOf, type PlannedSubject } from "./plan.ts";
import { buildReport } from "./report/build-report.ts";
import type { ExperimentReport } from "./report/experiment-report.ts";
import { runExperiment } from "./run-experiment.ts";

/** A small experiment in a folder of its own, which holds the run and the student too. */
async function experimentIn(folder: string, change: Partial<Experiment> = {}): Promise<Experiment> {
  await mkdir(join(folder, "run"), { recursive: true });
  await mkdir(join(folder, "student"), { recursive: true });
  await writeFile(join(folder, "run", "dataset.jsonl"), '{"id":"1"}\n');
  await writeFile(join(folder, "student", "model.safetensors"), "weights");
  const benchmark = { data: undefined, shots: undefined, judgeRuns: undefined, systemAs: ["system"] as const };
  return {
    name: "e",
    students: [
      { name: "tiny", model: join(folder, "student"), run: join(folder, "run"), kdRun: undefined, gguf: undefined, systemRole: undefined },
    ],
    variants: ["base", "s-a2"],
    benchmarks: [
      { ...benchmark, on: "s-ifeval", limit: 3 },
      { ...benchmark, on: "multifacet", limit: 2 },
    ],
    seeds: [0],
    train: defaultTrainSettings,
    evaluate: {},
    judge: undefined,
    dataRoot: undefined,
    python: undefined,
    out: join(folder, "out"),
    ...change,
  };
}

interface Outcome {
  readonly ended: readonly string[];
  readonly stoppedBy: string | undefined;
  readonly paid: readonly string[];
  readonly subjects: readonly PlannedSubject[];
  /** Made when it is asked for. */
  readonly report: () => Promise<ExperimentReport>;
}

/** Does what is left of an experiment, as the command does. */
async function work(
  experiment: Experiment,
  options: FakeWorkersOptions & { readonly store?: CellStore; readonly signal?: AbortSignal } = {},
): Promise<Outcome> {
  await mkdir(join(experiment.out, "cells"), { recursive: true });
  const { store = new CellStore(experiment.out), signal = new AbortController().signal } = options;
  const workers = fakeWorkers(experiment.out, options);
  const plan = (): Promise<PlannedSubject[]> => planOf(experiment, new Identities(experiment, workers), store);
  const ended: string[] = [];
  const stoppedBy = await runExperiment(await plan(), {
    variants: experiment.variants,
    store,
    workers,
    signal,
    observer: {
      say: () => undefined,
      onBegin: () => undefined,
      onProgress: () => undefined,
      onEnd: (cell, { state }) => ended.push(`${labelOf(cell)}: ${state}`),
    },
  });
  const paid = (await readFile(join(experiment.out, "paid.txt"), "utf8").catch(() => "")).split("\n").slice(0, -1);
  const subjects = await plan();
  return { ended, stoppedBy, paid, subjects, report: () => buildReport(experiment, subjects, store, "2026-01-01T00:00:00.000Z") };
}

/** What came of the cells, without times of this machine. */
const resultsOf = ({ subjects }: Outcome): unknown =>
  subjects.flatMap(({ training, evaluations }) => [training?.file?.train, ...evaluations.map(({ file }) => file?.evaluate)]);

test("cells are done model by model, base first, and the same command again does nothing", async () => {
  await using folder = await temporaryFolder();
  const experiment = await experimentIn(folder.path);
  const first = await work(experiment);
  expect(first.ended).toEqual([
    "s-ifeval: tiny base: partial",
    "multifacet: tiny base: partial",
    "train tiny s-a2 seed 0: done",
    "s-ifeval: tiny s-a2 seed 0: partial",
    "multifacet: tiny s-a2 seed 0: partial",
  ]);
  expect(first.paid).toHaveLength(3 + 2 * (3 + 2));
  const second = await work(experiment);
  expect(second.ended).toEqual([]);
  expect(second.paid).toEqual(first.paid);
  expect(await second.report()).toEqual(await first.report());
});

test("killed at any step, it goes on: nothing is paid twice, and the result is the same", async () => {
  await using folder = await temporaryFolder();
  const { benchmarks, ...others } = await experimentIn(folder.path);
  const experiment = { ...others, benchmarks: benchmarks.map((benchmark, index) => ({ ...benchmark, limit: 2 - index })) };
  const snapshots: string[] = [];
  const snapshot = async (): Promise<void> => {
    const to = join(folder.path, "snapshots", String(snapshots.length));
    await cp(experiment.out, to, { recursive: true });
    snapshots.push(to);
  };
  class WatchedStore extends CellStore {
    override async write(hash: string, file: CellFile): Promise<void> {
      await super.write(hash, file);
      await snapshot();
    }
  }
  const whole = await work(experiment, { store: new WatchedStore(experiment.out), onPaid: snapshot });
  expect(snapshots.length).toBe(2 * 5 + 9);
  for (const killed of snapshots) {
    await rm(experiment.out, { recursive: true });
    await cp(killed, experiment.out, { recursive: true });
    const after = await work(experiment);
    expect(after.paid.toSorted()).toEqual(whole.paid.toSorted());
    expect(resultsOf(after)).toEqual(resultsOf(whole));
    expect(after.subjects.every(({ training, evaluations }) => [...(training ? [training] : []), ...evaluations].every(isFinished))).toBe(
      true,
    );
  }
}, 60_000);

test("a failed training is shown with its cause, does not stop the rest, and is tried again", async () => {
  await using folder = await temporaryFolder();
  const experiment = await experimentIn(folder.path, { variants: ["base", "original", "s-a2"] });
  const failing = await work(experiment, {
    fail: (task) => ("variant" in task && task.variant === "original" ? "out of memory: 3.9 GB" : undefined),
  });
  expect(failing.ended).toContain("train tiny original seed 0: failed");
  expect(failing.ended).toContain("multifacet: tiny s-a2 seed 0: partial");
  expect(failing.ended.filter((line) => line.includes("original"))).toHaveLength(1);
  const cells = (await failing.report()).cells.filter(({ label }) => label.includes("original"));
  expect(cells.map(({ state, cause }) => [state, cause])).toEqual([
    ["failed", "out of memory: 3.9 GB"],
    ["failed", "its training failed: out of memory: 3.9 GB"],
    ["failed", "its training failed: out of memory: 3.9 GB"],
  ]);
  const again = await work(experiment);
  expect(again.ended).toEqual([
    "train tiny original seed 0: done",
    "s-ifeval: tiny original seed 0: partial",
    "multifacet: tiny original seed 0: partial",
  ]);
});

test("a stopped experiment keeps what is done, says what was stopped, and goes on", async () => {
  await using folder = await temporaryFolder();
  const experiment = await experimentIn(folder.path);
  const abort = new AbortController();
  let paid = 0;
  const stopped = await work(experiment, { signal: abort.signal, onPaid: () => void (++paid === 7 && abort.abort()) });
  expect(stopped.ended).toEqual(["s-ifeval: tiny base: partial", "multifacet: tiny base: partial", "train tiny s-a2 seed 0: stopped"]);
  expect((await stopped.report()).cells.map(({ state }) => state)).toEqual(["partial", "partial", "stopped", "missing", "missing"]);
  const whole = await work(experiment);
  expect(new Set(whole.paid).size).toBe(whole.paid.length);
  expect((await whole.report()).cells.map(({ state }) => state)).toEqual(["partial", "partial", "done", "partial", "partial"]);
});

test("a cell's time is that of the clock over all commands, and cells that were asked in one go share it", async () => {
  await using folder = await temporaryFolder();
  const experiment = await experimentIn(folder.path, { variants: ["base"] });
  const abort = new AbortController();
  let paid = 0;
  const slowly = async (): Promise<void> => {
    await setTimeout(20);
    if (++paid === 2) abort.abort();
  };
  const secondsOf = ({ subjects }: Outcome): number[] =>
    subjects.flatMap(({ evaluations }) => evaluations.map(({ file }) => file?.seconds ?? 0));
  const begun = performance.now();
  const first = secondsOf(await work(experiment, { signal: abort.signal, onPaid: slowly, seconds: 0.001 }));
  const outcome = await work(experiment, { onPaid: slowly, seconds: 0.001 });
  const passed = (performance.now() - begun) / 1_000;
  const [one = 0, two = 0] = secondsOf(outcome);
  expect(first[0]).toBeGreaterThanOrEqual(0.018);
  expect(one).toBeGreaterThan(first[0] ?? 0);
  expect(one + two).toBeGreaterThanOrEqual(0.09);
  expect(one + two).toBeLessThan(passed);
  // A record of a process that was killed may tell of more.
  const killed = await work({ ...experiment, evaluate: { seed: 1 } }, { seconds: 61 });
  expect(secondsOf(killed)).toEqual([61, 61]);
  const [cell] = outcome.subjects[0]?.evaluations ?? [];
  if (cell?.file?.evaluate === undefined) throw new Error("an evaluation");
  const times = new CellTimes(experiment, []);
  times.add(cell.cell, {
    ...cell.file,
    seconds: 100,
    evaluate: { ...cell.file.evaluate, benchmark: { ...cell.file.evaluate.benchmark, seconds: 30 } },
  });
  const tenTimes = { ...cell.cell, benchmark: { ...cell.cell.benchmark, limit: 30 } };
  // Starting took 70 seconds, and each of the 3 items 10.
  expect(times.of(tenTimes)).toEqual({ seconds: 370, isMeasured: true });
});

test("another limit asks the rest of the items, other rows train anew, and what was done stays", async () => {
  await using folder = await temporaryFolder();
  const experiment = await experimentIn(folder.path);
  const first = await work(experiment);
  const [one, two] = experiment.benchmarks;
  if (one === undefined || two === undefined) throw new Error("two benchmarks");
  const wider = await work({ ...experiment, benchmarks: [{ ...one, limit: 5 }, two] });
  expect(wider.ended).toEqual(["s-ifeval: tiny base: partial", "s-ifeval: tiny s-a2 seed 0: partial"]);
  expect(wider.paid.length - first.paid.length).toBe(4);
  await writeFile(join(folder.path, "run", "dataset.jsonl"), '{"id":"2"}\n');
  const other = await work(experiment);
  expect(other.ended[0]).toBe("train tiny s-a2 seed 0: done");
  expect(other.ended).toHaveLength(3);
  await writeFile(join(folder.path, "run", "dataset.jsonl"), '{"id":"1"}\n');
  expect((await work(experiment)).ended).toEqual([]);
});

test("marks of a benchmark that is asked as user alone are marks, and no shares", async () => {
  await using folder = await temporaryFolder();
  const plain = await experimentIn(folder.path, { variants: ["base"] });
  const benchmarks = plain.benchmarks.slice(1).map((benchmark) => ({ ...benchmark, systemAs: ["user"] as const }));
  const { tables } = await (await work({ ...plain, benchmarks })).report();
  expect(tables.find(({ id }) => id === "results")?.columns).toMatchObject([{ unit: "mark" }]);
});

test("another judge redoes what is judged alone, and another GGUF what is asked of it", async () => {
  await using folder = await temporaryFolder();
  const [one, two] = [join(folder.path, "q4.gguf"), join(folder.path, "q8.gguf")];
  await writeFile(one, "GGUF one");
  await writeFile(two, "GGUF two");
  const plain = await experimentIn(folder.path, { variants: ["base"] });
  const asked = (model: string, gguf: string): Experiment => ({
    ...plain,
    students: plain.students.map((student) => ({ ...student, gguf })),
    judge: { model },
  });
  expect((await work(asked("j1", one))).ended).toHaveLength(2);
  expect((await work(asked("j2", one))).ended).toEqual(["multifacet: tiny base: partial"]);
  expect((await work(asked("j2", two))).ended).toHaveLength(2);
  // One file in the place of another.
  await writeFile(two, "GGUF three");
  expect((await work(asked("j2", two))).ended).toEqual(["s-ifeval: tiny base: partial", "multifacet: tiny base: partial"]);
  expect((await work(asked("j2", two))).ended).toEqual([]);
});

test("a trained model's GGUF is told by its training, not by the base's GGUF", async () => {
  await using folder = await temporaryFolder();
  const gguf = await folder.file("q4.gguf", "GGUF one");
  const plain = await experimentIn(folder.path, { variants: ["s-a2"] });
  const experiment = { ...plain, students: plain.students.map((student) => ({ ...student, gguf })) };
  expect((await work(experiment)).ended).toHaveLength(3);
  await writeFile(gguf, "GGUF two");
  expect((await work(experiment)).ended).toEqual([]);
});

test("cells that an earlier version did are found, unless the chat template or the GGUF is another one", async () => {
  await using folder = await temporaryFolder();
  const gguf = await folder.file("base.gguf", "GGUF one");
  const chatTemplate = "LICENSE";
  const { students, benchmarks, ...plain } = await experimentIn(folder.path, { evaluate: { temperature: 0.5 }, judge: { model: "j" } });
  const experiment = {
    ...plain,
    train: { ...plain.train, chatTemplate },
    students: students.map((student) => ({ ...student, gguf })),
    benchmarks: ["s-ifeval", "multifacet", "mmlu"].flatMap((on) => benchmarks.slice(0, 1).map((one) => ({ ...one, on, limit: undefined }))),
  };
  const { subjects } = await work(experiment);
  const store = new CellStore(plain.out);
  // By version 5c7b987.
  const earlier = [
    "5721ee3b603da6dc",
    "564d639219ef2d7c",
    "f4299c6521a25496",
    "dfbaaf6935b9bddf",
    "963bf9f4efe1577a",
    "b2b9a0018e3be3f6",
    "682df3307d8668cb",
  ];
  const cells = subjects.flatMap(({ training, evaluations }) => [...(training ? [training] : []), ...evaluations]);
  const moved = async (template: string): Promise<void> => {
    for (const [place, hash] of earlier.entries()) {
      const { identity, file } = cells[place] ?? {};
      if (identity === undefined || file === undefined) throw new Error("a cell that is done");
      await store.write(hash, file.train === undefined ? file : { ...file, train: { ...file.train, options: { template } } });
      await rm(join(plain.out, "cells", `${identity.hash}.json`), { force: true });
    }
  };
  await moved(await digestOfFile(chatTemplate, "sha256"));
  const again = await work(experiment);
  expect(again.ended).toEqual([]);
  expect(
    again.subjects
      .flatMap(({ training, evaluations }) => [...(training ? [training] : []), ...evaluations])
      .map(({ identity }) => identity.hash),
  ).toEqual(earlier);
  await moved("0".repeat(64));
  await writeFile(gguf, "GGUF two");
  expect((await work(experiment)).ended).toHaveLength(6);
});

test("a student in a folder of links is told by what they lead to, and a folder without a file is refused", async () => {
  await using folder = await temporaryFolder();
  const plain = await experimentIn(folder.path, { variants: ["base"] });
  const student = join(folder.path, "snapshot");
  await mkdir(student);
  const linked = { ...plain, students: plain.students.map((one) => ({ ...one, model: student })) };
  await expect(work(linked)).rejects.toThrow(/snapshot holds no file/);
  await writeFile(join(folder.path, "blob"), "weights");
  await symlink(join(folder.path, "blob"), join(student, "model.safetensors"));
  expect((await work(linked)).ended).toHaveLength(2);
  await writeFile(join(folder.path, "blob"), "other weights");
  expect((await work(linked)).ended).toHaveLength(2);
});

test("a smaller limit takes its own items, and a cell that was recorded with more of them is not done", async () => {
  await using folder = await temporaryFolder();
  const { benchmarks, ...others } = await experimentIn(folder.path, { variants: ["base"] });
  const limited = (limit: number): Experiment => ({ ...others, benchmarks: benchmarks.slice(0, 1).map((each) => ({ ...each, limit })) });
  await work(limited(6));
  const small = await work(limited(3));
  expect(small.paid).toHaveLength(6);
  const [cell] = small.subjects[0]?.evaluations ?? [];
  expect(cell?.file?.evaluate?.benchmark.items).toBe(3);
  const store = new CellStore(others.out);
  const { identity: { hash } = { hash: "" }, file } = cell ?? {};
  const record = file?.evaluate;
  if (file === undefined || record === undefined) throw new Error("a cell with a record");
  await store.write(hash, { ...file, evaluate: { ...record, benchmark: { ...record.benchmark, items: 6 } } });
  expect((await work(limited(3))).ended).toEqual(["s-ifeval: tiny base: partial"]);
});

test("other items of a benchmark are asked in a folder of their own", async () => {
  await using folder = await temporaryFolder();
  const { benchmarks, ...others } = await experimentIn(folder.path, { variants: ["base"] });
  const limited = (limit: number): Experiment => ({ ...others, benchmarks: benchmarks.slice(0, 1).map((each) => ({ ...each, limit })) });
  const folderOf = async ({ subjects: [base] }: Outcome): Promise<string> => {
    const [planned] = base?.evaluations ?? [];
    return planned === undefined ? "" : ((await base?.evaluationFolder(planned.cell)) ?? "");
  };
  const before = await folderOf(await work(limited(2)));
  expect(await folderOf(await work(limited(3)))).toBe(before);
  const items = "e".repeat(64);
  const other = await work(limited(4), { items });
  expect([await folderOf(other), other.paid.length]).toEqual([`${before}-eeeeeeee`, 3 + 4]);
  expect((await readEvaluation(before))?.benchmarks["s-ifeval"]?.items).toBe(3);
  expect((await work(limited(5), { items })).paid).toHaveLength(3 + 5);
});

test("a spent budget ends the work, and more of it goes on", async () => {
  await using folder = await temporaryFolder();
  const experiment = await experimentIn(folder.path);
  const stopped = await work(experiment, { stoppedBy: () => "The budget is spent (--max-calls 9: 9 calls are paid)." });
  expect(stopped.stoppedBy).toBe("The budget is spent (evaluate.max-calls 9: 9 calls are paid).");
  expect(stopped.ended).toEqual(["s-ifeval: tiny base: partial"]);
  const whole = await work(experiment);
  expect([whole.ended.length, whole.stoppedBy, new Set(whole.paid).size]).toEqual([4, undefined, whole.paid.length]);
});

test("causes name the file's keys in the place of flags", () => {
  expect(inKeys("Give --judge-model. Take a larger --held-out, or --max-output-tokens 9.")).toBe(
    "Give judge.model. Take a larger train.held-out, or evaluate.max-output-tokens 9.",
  );
  expect(inKeys('Give --data sysbench=<file> the file x. Run "sysgen python install --gpu". --batch-size, no--limit --what')).toBe(
    'Give data: <file> the file x. Run "sysgen python install --gpu". train.batch-size, no--limit --what',
  );
});

test("a chat template counts by what it says, not by where it is", async () => {
  await using folder = await temporaryFolder();
  const [first, moved] = [join(folder.path, "a.jinja"), join(folder.path, "b.jinja")];
  await writeFile(first, "{{ messages }}");
  await writeFile(moved, "{{ messages }}");
  const experiment = await experimentIn(folder.path);
  const withTemplate = (chatTemplate: string): Experiment => ({ ...experiment, train: { ...experiment.train, chatTemplate } });
  await work(withTemplate(first));
  expect((await work(withTemplate(moved))).ended).toEqual([]);
  await writeFile(moved, "{{ messages }}!");
  expect((await work(withTemplate(moved))).ended[0]).toBe("train tiny s-a2 seed 0: done");
  await expect(work(withTemplate(join(folder.path, "c.jinja")))).rejects.toThrow(/There is no file .*c\.jinja/);
});

test("other time limits, and a judge elsewhere, go on in the same folder", async () => {
  await using folder = await temporaryFolder();
  const plain = await experimentIn(folder.path, { variants: ["base"] });
  const judged = { ...plain, judge: { model: "j", baseUrl: "http://a/v1" } };
  const abort = new AbortController();
  let paid = 0;
  await work(judged, { signal: abort.signal, onPaid: () => void (++paid === 4 && abort.abort()) });
  const moved = { ...judged, evaluate: { timeout: 300, concurrency: 4, maxRetries: 1 }, judge: { model: "j", baseUrl: "http://b/v1" } };
  const once = await work(moved);
  expect(once.subjects[0]?.evaluations.every(isFinished)).toBe(true);
  expect(new Set(once.paid).size).toBe(once.paid.length);
  const other = await work({ ...moved, evaluate: { temperature: 1 } });
  expect(other.paid).toHaveLength(once.paid.length + 3 + 2);
  // Folders of earlier versions have another name.
  const own = other.subjects[0]?.evaluations[0];
  if (own === undefined) throw new Error("an evaluation");
  await rm(plain.out, { recursive: true });
  const begun = new AbortController();
  const stopped = await work(plain, { signal: begun.signal, onPaid: () => begun.abort() });
  const at = (await stopped.subjects[0]?.evaluationFolder(own.cell)) ?? "";
  await rename(at, join(at, "..", "system-d72027ad"));
  const after = await work(plain);
  expect(after.subjects[0]?.evaluations.every(isFinished)).toBe(true);
  expect(new Set(after.paid).size).toBe(after.paid.length);
});

test("a trained model whose weights were deleted is trained again only if it is needed", async () => {
  await using folder = await temporaryFolder();
  const experiment = await experimentIn(folder.path);
  const { subjects } = await work(experiment);
  await rm(subjects[1]?.model ?? "", { recursive: true });
  expect((await work(experiment)).ended).toEqual([]);
  const [one] = experiment.benchmarks;
  if (one === undefined) throw new Error("a benchmark");
  const more = await work({ ...experiment, benchmarks: [{ ...one, limit: 6 }] });
  expect(more.ended).toContain("train tiny s-a2 seed 0: done");
});
