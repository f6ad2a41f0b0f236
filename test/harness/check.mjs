// Runs the real lm-evaluation-harness through `sysgen evaluate`, with a model of random weights and
// invented data. It is not part of `npm test`, because it needs Python with PyTorch.
//
//   npm run check:harness
//
// The Python is $SYSGEN_PYTHON, else that of `sysgen python install`. Without one it says so and
// ends with code 0. It takes about two minutes on 2 cores.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findPython } from "../../dist/python/find-python.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
let python;
try {
  python = findPython({ named: undefined, env: process.env });
} catch (error) {
  console.log(`left out: ${error.message}`);
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), "sysgen-harness-"));
try {
  const model = join(folder, "model");
  execFileSync(python, [here("../fixtures/tiny_model.py"), model], { stdio: "inherit" });
  const root = join(folder, "root");
  writeArc(root);
  const evaluate = (...more) => {
    const args = [here("../../dist/cli/main.js"), "evaluate", model, "--on", "arc-challenge,arc-challenge-chat", "--data-root", root];
    const out = join(folder, "out");
    const { status } = spawnSync(process.execPath, [...args, "--shots", "2", "--out", out, "--python", python, ...more], {
      stdio: "inherit",
    });
    return { status, record: JSON.parse(readFileSync(join(out, "evaluate.json"), "utf8")).benchmarks };
  };

  const first = evaluate("--limit", "4");
  assert.equal(first.status, 0);
  const { "arc-challenge": arc, "arc-challenge-chat": chat } = first.record;
  assert.deepEqual([arc.state, arc.items, arc.of, arc.figures[0].name], ["partial", 4, 8, "accuracy-norm"]);
  assert.deepEqual([chat.state, chat.items, chat.figures.at(-1).name], ["partial", 4, "no-answer"]);
  assert.equal(
    readFileSync(join(folder, "out", "arc-challenge", "items.jsonl"), "utf8")
      .trimEnd()
      .split("\n").length,
    4,
  );

  const again = performance.now();
  assert.deepEqual(evaluate("--limit", "4").record, first.record);
  assert.ok(performance.now() - again < 10_000, "a task with a result is not run again");
  console.log("the harness runs, and its results are read and kept");
} finally {
  rmSync(folder, { recursive: true });
}

/** Eight invented questions in the columns of allenai/ai2_arc. */
function writeArc(root) {
  const at = join(root, "allenai", "ai2_arc");
  mkdirSync(at, { recursive: true });
  const rows = Array.from({ length: 8 }, (_, n) => ({
    id: `q${n}`,
    question: `What is ${n + 2} plus ${n + 3}?`,
    choices: { text: [0, 1, 2, 3].map((off) => String(2 * n + 5 + off)), label: ["A", "B", "C", "D"] },
    answerKey: "A",
  }));
  const splits = ["train", "validation", "test"];
  for (const split of splits) writeFileSync(join(at, `${split}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const files = splits.map((split) => `  - split: ${split}\n    path: ${split}.jsonl\n`).join("");
  writeFileSync(join(at, "README.md"), `---\nconfigs:\n- config_name: ARC-Challenge\n  data_files:\n${files}---\n`);
}
