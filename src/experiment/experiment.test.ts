import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { labelOf, subjectsOf, type Cell } from "./cells.ts";
import { openExperiment } from "./open-experiment.ts";
import type { Experiment } from "./experiment.ts";
import { readExperiment } from "./read-experiment.ts";

async function read(text: string): Promise<Experiment> {
  await using folder = await temporaryFolder();
  return readExperiment(await folder.file("e.yaml", text));
}

const cellsOf = (experiment: Experiment): string[] =>
  subjectsOf(experiment)
    .flatMap(({ training, evaluations }): Cell[] => [...(training ? [training] : []), ...evaluations])
    .map(labelOf);

test("texts stand for models and benchmarks without options, and what is left out has a default", async () => {
  const experiment = await read("run: runs/mine\nmodels: [org/SmolLM2-135M/]\nbenchmarks: [s-ifeval]\n");
  expect(experiment).toMatchObject({
    name: "e",
    students: [{ name: "SmolLM2-135M", model: "org/SmolLM2-135M/", run: "runs/mine" }],
    variants: ["base", "original", "common", "s-a", "s-a2", "a2"],
    benchmarks: [{ on: "s-ifeval", systemAs: ["system"] }],
    seeds: [0],
    out: "experiments/e",
  });
});

test("a cell is a training, or an evaluation of what was trained; the base is untrained and has one seed", async () => {
  const experiment = await read(
    "run: r\nkd-run: other\nmodels: [a, {model: b, name: B, run: rb}]\nvariants: [kd, base]\nseeds: [1, 2]\nbenchmarks: [own, {on: multifacet, system-as: [system, user]}]\njudge: {model: j}\n",
  );
  const of = (subject: string): string[] => [`own: ${subject}`, `multifacet: ${subject}`, `multifacet (as user): ${subject}`];
  expect(cellsOf(experiment)).toEqual(
    ["a", "B"].flatMap((name) => [
      ...of(`${name} base`),
      `train ${name} kd seed 1`,
      ...of(`${name} kd seed 1`),
      `train ${name} kd seed 2`,
      ...of(`${name} kd seed 2`),
    ]),
  );
});

const good = "run: r\nmodels: [m]\nbenchmarks: [s-ifeval]\n";
const judged = "run: r\nmodels: [m]\njudge: {model: j}\n";

test.each([
  [`${good}modells: 1\n`, /e\.yaml:4: modells: unknown key\. Known keys: run, kdRun, models, /],
  [`${good}variants: [base, s-b]\n`, /e\.yaml:4: variants\.1: expected base or original or common or s-a or s-a2 or a2 or kd, found "s-b"/],
  [
    "run: r\nmodels: [m]\nbenchmarks:\n  - own\n  - on: s-ifeval\n    limits: 3\n",
    /e\.yaml:6: benchmarks\.1\.limits: unknown key\. Known keys: on, data, limit/,
  ],
  ["run: r\nmodels: [m]\nbenchmarks:\n  - {on: own, limit: none}\n", /e\.yaml:4: benchmarks\.0\.limit: expected a number, found "none"/],
  ["run: r\nmodels: [m]\nbenchmarks:\n  - limit: 3\n", /e\.yaml:4: benchmarks\.0\.on: expected text, found nothing/],
  ["run: r\nmodels: [3]\nbenchmarks: [s-ifeval]\n", /e\.yaml:2: models\.0: expected text or keys and values, found 3/],
  ["run: r\nbenchmarks: [s-ifeval]\n", /e\.yaml:1: models: expected a list, found nothing/],
  ["models: [m]\nbenchmarks: [s-ifeval]\n", /e\.yaml:1: variants\.1: the variant original of m needs the key "run", the folder of a run\./],
  [
    `${good}variants: [base, kd]\n`,
    /e\.yaml:4: variants\.1: the variant kd of m needs the key "kdRun", the folder of a run by another model/,
  ],
  ["run: r\nmodels: [a/m, b/m]\nbenchmarks: [s-ifeval]\n", /e\.yaml:2: models\.1: "m" is here twice; give each a name of its own/],
  [`${good}seeds: [0, 1, 0]\n`, /e\.yaml:4: seeds\.2: "0" is here twice/],
  [`${good}judge:\n  modell: x\n`, /e\.yaml:\d: judge\.(model|modell): /],
  [
    "run: r\nmodels: [m]\nbenchmarks:\n  - s-ifeval\n  - sifeval\n",
    /e\.yaml:5: benchmarks\.1: Unknown benchmark "sifeval"\. Expected own, s-ifeval, .*, mmlu/,
  ],
  ["run: r\nmodels: [m]\nbenchmarks: [multifacet]\n", /e\.yaml:3: benchmarks\.0: Which model is to judge multifacet\? Give judge\.model: /],
  [`${judged}benchmarks:\n  - on: own\n    shots: 3\n`, /e\.yaml:6: benchmarks\.0\.shots: holds for tasks of lm-evaluation-harness alone/],
  [
    "run: r\nmodels: [m]\nbenchmarks:\n  - {on: s-ifeval, judge-runs: 3}\n",
    /e\.yaml:4: benchmarks\.0\.judgeRuns: holds for benchmarks that a judge checks alone, and not for s-ifeval/,
  ],
  [
    "run: r\nmodels: [m]\nbenchmarks:\n  - on: arc-challenge\n    system-as: [system, user]\n",
    /e\.yaml:5: benchmarks\.0\.systemAs: holds for benchmarks that are not of lm-evaluation-harness alone, and not for arc-challenge/,
  ],
  ["run: r\nmodels: [m]\nbenchmarks: [{on: gpqa, shots: 5}]\n", /e\.yaml:3: benchmarks\.0\.shots: the harness asks gpqa without examples/],
  [`${good}evaluate:\n  hide-system: true\n`, /e\.yaml:5: evaluate\.hideSystem: holds for multifacet alone, and not for s-ifeval/],
  [`${good}evaluate:\n  context-size: 17\n`, /e\.yaml:5: evaluate\.contextSize: holds for models in process alone/],
  [`${good}data-root: hub\n`, /e\.yaml:4: dataRoot: holds for tasks/],
  [
    "run: r\nbenchmarks: [s-ifeval]\nmodels:\n  - {model: students/a, gguf: true}\n",
    /e\.yaml:4: models\.0\.gguf: expected a GGUF of the base, .* students\/a is none/,
  ],
  ["run: [\n", /e\.yaml:\d: not YAML/],
  ["- run\n", /e\.yaml:1: expected keys and values/],
])("a mistake has its file, line and key: %j", async (text, message) => {
  await expect(read(text)).rejects.toThrow(message);
});

test("what calls may cost, and headers and prices, keep their names", async () => {
  const { evaluate, judge, prices } = await read(
    `${good}evaluate: {max-cost: 5, max-calls: 9, context-size: 8192}\njudge:\n  model: j.gguf\n  headers: {api-key: "\${KEY}"}\nprices: {gpt-4o-mini: {input: 1, output: 2}}\n`,
  );
  expect(evaluate).toEqual({ maxCost: 5, maxCalls: 9, contextSize: 8_192 });
  expect([judge?.headers, prices]).toEqual([{ "api-key": "${KEY}" }, { "gpt-4o-mini": { input: 1, output: 2 } }]);
});

test("data that is missing, and a cost that cannot be limited, are told before any work", async () => {
  await using folder = await temporaryFolder();
  const run = join(folder.path, "run");
  await mkdir(run);
  await writeFile(join(run, "dataset.jsonl"), "");
  const checked = async (rest: string, judge = '{model: j, base-url: "http://127.0.0.1:1/v1"}') => {
    const text = `run: ${run}\nmodels: [m]\nout: ${join(folder.path, "out")}\njudge: ${judge}\n${rest}`;
    const opened = await openExperiment(await folder.file("e.yaml", text), { signal: new AbortController().signal, onNotice: () => {} });
    await opened.check(await opened.plan());
  };
  await expect(checked("benchmarks: [s-ifeval, sysbench]\n")).rejects.toThrow(/e\.yaml:5: sysbench: .* Give data: <file>/);
  const judged = `benchmarks: [{on: multifacet, data: ${await folder.jsonl("m.jsonl", [{ id: 1 }])}}]\n`;
  await expect(checked(`${judged}evaluate: {max-cost: 1}\n`)).rejects.toThrow(
    /^judge: evaluate\.max-cost 1: the price of j is not known.* or use evaluate\.max-tokens or evaluate\.max-calls/,
  );
  await expect(checked(judged, "{model: mistral}")).rejects.toThrow(
    /^judge: Unknown embedded model "mistral".* say where it is: judge\.base-url/,
  );
  await expect(checked(`${judged}evaluate: {max-cost: 1}\nprices: {j: {input: 1, output: 1}}\n`)).rejects.toThrow(
    /multifacet: .*m\.jsonl:1/,
  );
  // Nothing is judged.
  await checked("benchmarks: [s-ifeval]\nevaluate: {max-cost: 1}\n", "{model: gone.gguf}");
});
