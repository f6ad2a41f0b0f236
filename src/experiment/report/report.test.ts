import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeWorkers } from "../../../test/fixtures/fake-workers.ts";
import { temporaryFolder, type Folder } from "../../../test/fixtures/sysgen.ts";
import type { Figure } from "../../evaluation/benchmarks/benchmark.ts";
import { tryLock } from "../../platform/file-lock.ts";
import type { CellFile } from "../cell-file.ts";
import { claimExperiment, CellStore } from "../cell-store.ts";
import type { Experiment } from "../experiment.ts";
import { defaultTrainSettings } from "../experiment-schema.ts";
import { Identities } from "../identity.ts";
import { openExperiment } from "../open-experiment.ts";
import { planOf } from "../plan.ts";
import { runExperiment } from "../run-experiment.ts";
import { buildReport } from "./build-report.ts";
import type { ExperimentReport, ReportCell, ReportTable, ResultCell } from "./experiment-report.ts";
import { headlinesOf } from "./headline.ts";
import { wholeTable } from "./text-tables.ts";
import { writeExperimentReport } from "./write-experiment-report.ts";

const nobody = { say: () => undefined, onBegin: () => undefined, onProgress: () => undefined, onEnd: () => undefined };

let folder: Folder;
let report: ExperimentReport;
/** The report with other students, or other results than the base's. */
let reportWith: (change: {
  readonly base?: (file: CellFile) => CellFile;
  readonly students?: readonly string[];
}) => Promise<ExperimentReport>;
const reportWhereBaseIs = (state: "stopped" | "partial"): Promise<ExperimentReport> => reportWith({ base: (file) => ({ ...file, state }) });
beforeAll(async () => {
  folder = await temporaryFolder();
  const at = (...parts: string[]): string => join(folder.path, ...parts);
  for (const name of ["run", "student", "out/cells"]) await mkdir(at(name), { recursive: true });
  await writeFile(at("run", "dataset.jsonl"), '{"id":"1"}\n');
  await writeFile(at("student", "model.safetensors"), "weights");
  const benchmark = { data: undefined, limit: undefined, shots: undefined, judgeRuns: undefined, systemAs: ["system"] as const };
  const student = { model: at("student"), run: at("run"), kdRun: undefined, gguf: undefined, systemRole: undefined };
  const experiment: Experiment = {
    name: "e",
    students: [{ ...student, name: "tiny" }],
    variants: ["base", "original", "s-a2"],
    benchmarks: [
      { ...benchmark, on: "s-ifeval", limit: 30 },
      { ...benchmark, on: "multifacet", systemAs: ["system", "user"] },
      { ...benchmark, on: "sysbench" },
      { ...benchmark, on: "arc-challenge" },
    ],
    seeds: [0, 1],
    train: defaultTrainSettings,
    evaluate: {},
    judge: { model: "<b>judge</b>" },
    dataRoot: undefined,
    python: undefined,
    out: at("out"),
  };
  const store = new CellStore(experiment.out);
  const workers = fakeWorkers(experiment.out, {
    fail: (task) =>
      "variant" in task
        ? task.variant === "original" && task.seed === 1
          ? "out of memory"
          : undefined
        : task.model.includes("s-a2") && task.benchmarks.some(({ on }) => on === "arc-challenge")
          ? "no data"
          : undefined,
  });
  const plan = () => planOf(experiment, new Identities(experiment, workers), store);
  await runExperiment(await plan(), {
    variants: experiment.variants,
    store,
    workers,
    observer: nobody,
    signal: new AbortController().signal,
  });
  const subjects = await plan();
  report = await buildReport(experiment, subjects, store, "2026-01-01T00:00:00.000Z");
  reportWith = ({ base = (file) => file, students = ["tiny"] }) =>
    buildReport(
      experiment,
      students.flatMap((name) =>
        subjects.map(({ evaluations, ...subject }) => ({
          ...subject,
          student: { ...subject.student, name },
          evaluations: evaluations.map(({ file, ...planned }) => ({
            ...planned,
            file: file && subject.variant === "base" ? base(file) : file,
          })),
        })),
      ),
      store,
      "2026-01-01T00:00:00.000Z",
    );
});
afterAll(() => folder[Symbol.asyncDispose]());

function cellOf(table: string, variant: string, column: string, of = report): ReportCell {
  const found = of.tables.find(({ id }) => id === table);
  const place = found?.columns.findIndex(({ name }) => name.startsWith(column)) ?? -1;
  return found?.rows.find(({ detail, isPaper }) => detail === variant && !isPaper)?.cells[place] ?? null;
}
function tableOf(id: string, of: ExperimentReport): ReportTable {
  const found = of.tables.find((table) => table.id === id);
  if (found === undefined) throw new Error(`no table ${id}`);
  return found;
}
function resultOf(table: string, variant: string, column: string): ResultCell {
  const cell = cellOf(table, variant, column);
  if (cell?.kind !== "result") throw new Error(`no result of ${variant} in ${column}`);
  return cell;
}

test("the paper's tables are there for the benchmarks that were asked, the paper's rows below one's own", () => {
  const ids = report.tables.map(({ id }) => id);
  expect(ids.slice(0, 7)).toEqual(["results", "contrasts", "multifacet", "ablation", "unseen", "roles", "sysbench"]);
  const multifacet = report.tables.find(({ id }) => id === "multifacet");
  expect(multifacet?.columns.map(({ name }) => name)).toEqual(["AlpacaEval", "FLASK", "Koala", "MT-Bench", "Self-Instruct", "mean"]);
  expect(multifacet?.rows.map(({ isPaper }) => isPaper)).toEqual([false, false, false, ...Array.from({ length: 10 }, () => true)]);
  expect(multifacet?.rows[3]?.cells.at(-1)).toEqual({ kind: "paper", value: 4.12 });
  // One task of eight is no mean of eight.
  expect(report.tables.find(({ id }) => id === "unseen")?.columns.map(({ name }) => name)).toEqual(["arc-challenge"]);
  expect(report.tables.find(({ id }) => id === "ablation")?.rows[0]?.cells[1]).toBeNull();
});

test("a value is the mean over seeds, with the difference to the base over the items of both", () => {
  const cell = resultOf("results", "S + A′", "multifacet");
  expect(cell.state).toBe("done");
  expect(cell.seeds.map(({ seed }) => seed)).toEqual([0, 1]);
  expect(cell.value).toBeCloseTo(cell.seeds.reduce((sum, { value }) => sum + (value ?? 0), 0) / 2);
  expect(cell.delta?.items).toBe(40);
  expect(cell.delta?.value).toBeCloseTo((cell.value ?? 0) - (resultOf("results", "base", "multifacet").value ?? 0));
  expect(cell.delta?.low).toBeGreaterThan(0);
  expect(resultOf("results", "base", "multifacet").delta).toBeNull();
});

test("partial, failed and missing cells are told apart, and nothing is averaged over a seed that failed", () => {
  expect(resultOf("results", "base", "s-ifeval")).toMatchObject({ state: "partial", items: 30, of: 40 });
  const half = resultOf("results", "original", "s-ifeval");
  expect(half).toMatchObject({ state: "failed", value: null, delta: null, cause: "its training failed: out of memory" });
  expect(half.seeds[0]?.value).not.toBeNull();
  expect(resultOf("unseen", "S + A′", "arc-challenge")).toMatchObject({ state: "failed", cause: "no data", value: null });
  expect(cellOf("contrasts", "is SysGen's data better than the rows as they were?", "multifacet")).toEqual({
    kind: "difference",
    state: "failed",
    difference: null,
  });
  const results = report.tables.find(({ id }) => id === "results");
  const texts = results === undefined ? [] : wholeTable(results).rows;
  expect(texts[0]?.[2]).toMatch(/^\d+\.\d \[\d+\.\d, \d+\.\d\], partial: 30 of 40, not the set of 541$/);
  expect(texts[1]?.[2]).toMatch(/^failed, seeds \d+\.\d, failed$/);
});

test("a difference says that a side is partial, and there is none to a side that was stopped", async () => {
  const question = "is the trained model better than the untouched one?";
  expect(cellOf("contrasts", question, "s-ifeval")).toMatchObject({ state: "partial", difference: { items: 30 } });
  expect(headlinesOf(report).map(({ detail }) => detail)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^points .* over 30 items \(partial\): /),
      expect.stringMatching(/^marks .* over 40 items: better/),
    ]),
  );
  const partial = await reportWhereBaseIs("partial");
  expect(wholeTable(tableOf("contrasts", partial)).rows[0]?.[3]).toMatch(/^\+.*, 40 items, partial$/);
  const stopped = await reportWhereBaseIs("stopped");
  expect(cellOf("contrasts", question, "multifacet", stopped)).toEqual({ kind: "difference", state: "stopped", difference: null });
  expect(wholeTable(tableOf("contrasts", stopped)).rows[0]?.[3]).toBe("stopped");
  expect(cellOf("results", "S + A′", "multifacet", stopped)).toMatchObject({ state: "done", delta: null });
});

/** A figure over two sessions that is no mean of values of theirs. */
const pooled = (title: string, estimate: Pick<Figure, "value" | "low" | "high">): Figure => ({
  name: title,
  title,
  unit: "share",
  items: 2,
  unparsed: 0,
  ...estimate,
});

test("items, cut answers, what was not read and other data are said beside figures, in the notes and of each cell", async () => {
  const lossy = await reportWith({
    base: ({ evaluate, ...file }) => ({
      ...file,
      evaluate: evaluate && {
        ...evaluate,
        benchmark: {
          ...evaluate.benchmark,
          cut: 27,
          data: { from: join(process.cwd(), "hub", evaluate.benchmark.data.from) },
          figures: [
            ...evaluate.benchmark.figures.map((figure) => ({
              ...figure,
              unparsed: figure.name === "source:Koala" ? 3 : 0,
              items: figure.name === "source:FLASK" ? 2 : figure.items,
            })),
            pooled("of few", { value: 0.5, low: 0.25, high: 0.75 }),
            pooled("of few, by Wilson", { value: 0, low: 0, high: 0.6576 }),
          ],
        },
      },
    }),
  });
  const [row] = wholeTable(tableOf("multifacet", lossy)).rows;
  expect(row?.[4]).toMatch(/^\d\.\d\d \[\d\.\d\d, \d\.\d\d\], 8 items, not the set of 921, 3 not read$/);
  expect(row?.at(-1)).toMatch(/, 40 items, not the set of 921, 27 cut$/);
  expect(tableOf("figures-multifacet", lossy).columns[0]?.name).toBe("base (not the set of 921, 27 cut)");
  const pooledRows = wholeTable(tableOf("figures-sysbench", lossy)).rows.slice(-2);
  expect(pooledRows.map(([title, base]) => [title, base])).toEqual([
    ["of few", "50.0, 2 items"],
    ["of few, by Wilson", "0.0 [0.0, 65.8], 2 items"],
  ]);
  // A path of this machine is from the working directory.
  expect(lossy.facts.find(({ about, name }) => about === "sysbench" && name === "data")?.value).toBe("hub/sysbench.jsonl");
  // Records of earlier versions have intervals of two marks, which are the marks themselves.
  expect(wholeTable(tableOf("figures-multifacet", lossy)).rows.find(([title]) => title === "FLASK")?.[1]).toBe("2.07, 2 items");
  const ofBase = lossy.cells.filter(({ label }) => label.includes("tiny base"));
  expect(ofBase.map(({ label, cut, promptTokens }) => [label.split(":")[0], cut, promptTokens])).toEqual([
    ["s-ifeval", 27, 9_000],
    ["multifacet", 27, 12_000],
    ["multifacet (as user)", 27, 12_000],
    ["sysbench", 27, 12_000],
    // Nothing is counted where lm-evaluation-harness asks.
    ["arc-challenge", null, null],
  ]);
  expect(lossy.notes).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^s-ifeval: 0 to 27 answers of a model, over 30 items, ended at the limit of 1,280 tokens\. /),
      expect.stringMatching(/^multifacet is 40 items of hub\/multifacet\.jsonl, where the published set has 921\. .*'s\.$/),
      expect.stringMatching(/^arc-challenge is 40 items .* the published set has 1,172\. .* mean of the eight\.$/),
      expect.stringMatching(/^multifacet: some of the judge's replies could not be read\. .*: "Koala"\.$/),
    ]),
  );
});

test("each student has its own headlines", async () => {
  const two = await reportWith({ students: ["A", "B"] });
  const names = headlinesOf(two).map(({ name }) => name);
  expect(names.filter((name) => name.startsWith("multifacet"))).toEqual(["multifacet: A: S + A′ − base", "multifacet: B: S + A′ − base"]);
  expect(headlinesOf(report)[0]?.name).toBe("s-ifeval: S + A′ − base");
});

test("R1 to R5 of SysBench fall, and the paper's gains have a sign", () => {
  const rounds = [1, 2, 3, 4, 5].map((round) => resultOf("sysbench", "base", `R${round}`).value ?? Number.NaN);
  expect(rounds).toEqual(rounds.toSorted((left, right) => right - left));
  // The mean of the five is SSR, which the fake's sessions of five turns have.
  expect(rounds.reduce((sum, share) => sum + share, 0) / 5).toBeCloseTo(resultOf("sysbench", "base", "SSR").value ?? Number.NaN);
  expect(resultOf("sysbench", "S + A′", "R3").delta).toMatchObject({ items: 40 });
  const sysbench = report.tables.find(({ id }) => id === "sysbench");
  expect(sysbench === undefined ? undefined : wholeTable(sysbench).rows.at(-1)?.slice(-5)).toEqual([
    "+15.5",
    "+21.8",
    "+18.1",
    "+8.6",
    "+4.6",
  ]);
});

test("the files hold the same, escaped, and say what is to be known before believing it", async () => {
  const files = await writeExperimentReport(report, folder.path);
  expect(JSON.parse(await readFile(files.json, "utf8"))).toEqual(report);
  const [markdown, page] = await Promise.all([readFile(files.markdown, "utf8"), readFile(files.html, "utf8")]);
  expect(markdown).toContain("nearly coincide");
  expect(markdown).toMatch(/\| tiny \| S \+ A′ \|.*, \*\*Δ \+[^*]+\\\]\*\*, /);
  expect(markdown).toMatch(/ \*\*\+\d[^*]+\\\]\*\*, 40 items \|/);
  expect(markdown).toContain("losses are compared within a line");
  expect(markdown).toContain("out of memory");
  expect(markdown.split("\n").filter((line) => !line.startsWith("|") && line.length > 100)).toEqual([]);
  expect(page).toContain("&lt;b&gt;judge&lt;/b&gt;");
  expect(page).not.toContain("<b>judge</b>");
  expect(page).toContain('class="badge state-failed"');
  expect(page).toContain('class="badge state-partial"');
  expect(report.cells.find(({ label }) => label === "train tiny original seed 1")).toMatchObject({
    state: "failed",
    cause: "out of memory",
  });
  expect(report.facts).toContainEqual({ about: "tiny", name: "torch", value: "2.15.0" });
});

test("a report may be made while another process is at work, which says so of what has begun", async () => {
  const path = join(folder.path, "e.yaml");
  const out = join(folder.path, "working");
  await writeFile(path, `models: [${join(folder.path, "student")}]\nvariants: [base]\nbenchmarks: [s-ifeval]\nout: ${out}\n`);
  const opened = await openExperiment(path, { signal: new AbortController().signal, onNotice: () => {} });
  expect(opened.isAtWork()).toBe(false);
  using _claim = await claimExperiment(out);
  expect(opened.isAtWork()).toBe(true);
  const [cell] = (await opened.plan())[0]?.evaluations ?? [];
  if (cell === undefined) throw new Error("a cell");
  const begun = { format: "sysgen-cell/1", label: "", inputs: {}, state: "begun", startedAt: "" } as const;
  await new CellStore(out).write(cell.identity.hash, begun);
  const [atWork, killed] = [await opened.report(await opened.plan(), true), await opened.report(await opened.plan(), false)];
  expect([atWork, killed].map(({ report: { cells } }) => cells[0])).toMatchObject([
    { state: "missing", cause: "it is being worked on" },
    { state: "missing", cause: "its work was broken off" },
  ]);
  const other = tryLock(join(out, ".report.lock"));
  const written = writeExperimentReport(report, out);
  await setTimeout(150);
  expect(JSON.parse(await readFile(join(out, "report.json"), "utf8"))).toEqual(killed.report);
  other?.[Symbol.dispose]();
  await written;
  expect(JSON.parse(await readFile(join(out, "report.json"), "utf8"))).toEqual(report);
});
