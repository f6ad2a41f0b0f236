import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { claimExperiment } from "../../src/experiment/cell-store.ts";
import { sysgen, temporaryFolder } from "../fixtures/sysgen.ts";
import { writeTinyGguf } from "../fixtures/tiny-gguf.ts";

test("a plan, the work and its report; the same command again keeps all", { timeout: 120_000 }, async () => {
  await using folder = await temporaryFolder();
  await writeTinyGguf(join(folder.path, "tiny.gguf"));
  const file = "models: [{model: tiny.gguf, gguf: true}]\nvariants: [base]\nevaluate: {max-output-tokens: 4}\nout: out\n";
  const benchmarks = "benchmarks:\n  - {on: s-ifeval, limit: 2}\n";
  await folder.file("e.yaml", `${file}${benchmarks}`);
  await folder.file("wrong.yaml", `${file}${benchmarks}  - on: own\n    lmit: 1\n`);
  const run = (...args: string[]) => sysgen(["experiment", ...args], { cwd: folder.path });

  const [plan, wrong] = await Promise.all([run("e.yaml", "--dry-run"), run("wrong.yaml")]);
  expect(plan.stdout).toMatch(/s-ifeval: tiny\.gguf base +to do +\d.*assumed/);
  expect(plan.stdout).toContain("1 cell to do, 0 cells kept.");
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong.stderr).toMatch(/^error: wrong\.yaml:8: benchmarks\.1\.lmit: unknown key/);

  const done = await run("e.yaml");
  expect(done.stderr).toContain("partial  s-ifeval: tiny.gguf base in ");
  expect(done.stdout).toMatch(/tiny\.gguf +base +\d+\.\d~/);
  expect(done.code).toBe(0);
  expect(await readFile(join(folder.path, "out", "report.md"), "utf8")).toContain("partial: 2 of 541");

  // A report only reads, so another process may be at work. The work itself may not begin twice.
  const claim = await claimExperiment(join(folder.path, "out"));
  const [report, second] = await Promise.all([run("e.yaml", "--report"), run("e.yaml")]);
  expect(report).toMatchObject({ code: 0, stderr: "" });
  expect(second.code).toBe(6);
  claim[Symbol.dispose]();

  const again = await run("e.yaml", "--json");
  expect(again.stderr).toBe("");
  expect(JSON.parse(again.stdout)).toMatchObject({ format: "sysgen-experiment/1", cells: [{ state: "partial" }] });
});
