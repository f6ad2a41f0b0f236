import { readFile, readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { processes } from "../fixtures/processes.ts";
import { realPython, tinyModel } from "../fixtures/real-python.ts";
import { startModelServer } from "../fixtures/model-server.ts";
import { startSysgen, temporaryFolder } from "../fixtures/sysgen.ts";
import { makeViewedRun } from "../fixtures/view-run.ts";

// Does a whole experiment for real, with a tiny random model and a judge behind a server, and kills
// it again and again. It takes some minutes.

/** Calls of the judge that are at work at once. A kill may take that many. */
const inFlight = 4;
const kills = 12;

interface Cell {
  readonly label: string;
  readonly state: string;
}

const config = (folder: string, run: string, model: string, judge: string, python: string): string => `
run: ${run}
out: ${folder}/experiment
models: [{ name: tiny, model: ${model} }]
variants: [base, original, s-a2]
benchmarks: [{ on: s-ifeval, limit: 6 }, own, { on: arc-challenge, shots: 0, limit: 4 }]
train: { max-steps: 8, batch-size: 4, accumulation: 1, max-length: 256, learning-rate: 3e-3, device: cpu, save-seconds: 0 }
evaluate: { max-output-tokens: 16, judge-max-output-tokens: 16 }
judge: { model: m, base-url: "${judge}" }
data-root: examples/experiment/hub
python: ${python}
`;

async function cellsIn(folder: string): Promise<Cell[]> {
  const files = (await readdir(join(folder, "cells")).catch(() => [])).filter((name) => name.endsWith(".json"));
  return Promise.all(files.map(async (name) => JSON.parse(await readFile(join(folder, "cells", name), "utf8"))));
}

test(`${kills} kills of an experiment: no cell that is done is done again, and no judgement is paid twice`, async (context) => {
  const python = realPython(context);
  await using folder = await temporaryFolder();
  const run = await makeViewedRun(folder);
  const model = tinyModel(python, folder);
  await using judge = await startModelServer(async () => {
    await sleep(100);
    return { text: "Yes" };
  });
  const file = await folder.file("experiment.yaml", config(folder.path, run, model, judge.url, python));
  const out = join(folder.path, "experiment");
  const begin = () => startSysgen(["experiment", file], { env: { PYTHONDONTWRITEBYTECODE: "" } });
  const left = (): string[] => processes().flatMap(({ command }) => (command.includes(folder.path) ? [command] : []));

  const reached: string[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const before = (await cellsIn(out)).filter(({ state }) => state === "done" || state === "partial").length;
    const running = begin();
    const isOver = await Promise.race([running.finished.then(() => true), sleep(4_000 + 2_500 * kill, false)]);
    if (isOver) break;
    running.process.kill("SIGKILL");
    await running.finished;
    const cells = await cellsIn(out);
    const done = cells.filter(({ state }) => state === "done" || state === "partial");
    expect(done.length).toBeGreaterThanOrEqual(before);
    reached.push(`${done.length} cells done, ${cells.length - done.length} begun, ${judge.billed.length} judgements`);
    // Python ends with its parent.
    for (let wait = 0; left().length > 0 && wait < 100; wait++) await sleep(100);
    expect(left()).toEqual([]);
  }
  const { code, stderr } = await begin().finished;
  expect([code, stderr.includes("failed")]).toEqual([0, false]);
  const report = JSON.parse(await readFile(join(out, "report.json"), "utf8"));
  expect(report.cells.map(({ state }: Cell) => state).filter((state: string) => state !== "done" && state !== "partial")).toEqual([]);
  expect(report.training.map(({ steps }: { steps: number }) => steps)).toEqual([8, 8]);
  const twice = judge.billed.length - new Set(judge.billed).size;
  process.stdout.write(`${reached.map((line, kill) => `kill ${kill + 1}: ${line}`).join("\n")}\n${twice} judgements paid twice\n`);
  expect(twice).toBeLessThanOrEqual(inFlight * reached.length);
  const paid = judge.billed.length;
  expect((await begin().finished).code).toBe(0);
  expect(judge.billed.length).toBe(paid);
});
