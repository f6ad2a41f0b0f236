// Holds SysBench's figures against the verdicts that its authors released for 14 models. It is not
// part of `npm test`, because the verdicts have no licence and are not in this repository.
//
//   git clone https://github.com/PKU-Baichuan-MLSystemLab/SysBench
//   python3 -m venv .venvs/sysbench && .venvs/sysbench/bin/pip install openpyxl
//   npm run build && node test/benchmarks/check-sysbench.mjs SysBench .venvs/sysbench/bin/python
//
// The files hold the pooled shares. CSR, ISR and SSR of six models are the values that the released
// plot/*.py and the paper's formula give, to four digits.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { sessionFigures, valueOf } from "../../dist/evaluation/sysbench/metrics.js";
import { constraintTypes } from "../../dist/evaluation/sysbench/sessions.js";

/** Pooled CSR, CSR of the paper's formula, ISR, SSR. */
const known = {
  gpt4o: [0.8708, 0.8687, 0.7636, 0.5444],
  gpt4_turbo_0409: [0.8654, 0.8665, 0.766, 0.5316],
  claude35_opus: [0.8501, 0.8408, 0.7412, 0.5184],
  qwen2_72b: [0.79, 0.771, 0.6416, 0.416],
  llama3_8b: [0.6655, 0.6649, 0.4692, 0.2492],
  qwen2_7b: [0.4703, 0.4587, 0.2692, 0.1504],
};
const turnsOfSession = 5;
const words = { 是: "yes", 否: "no" };

const [clone = "", python = "python3"] = process.argv.slice(2);
const script = fileURLToPath(new URL("sysbench.py", import.meta.url));
const { status, stdout, stderr } = spawnSync(python, [script, clone], { encoding: "utf8", maxBuffer: 1 << 28 });
if (status !== 0) throw new Error(stderr);
let models = 0;
for (const line of stdout.trim().split("\n")) {
  const { model, turns, pooled } = JSON.parse(line);
  const judged = turns.map(({ isAligned, verdicts }) => ({
    isAligned,
    verdicts: verdicts.map(([type, word]) => ({ type, satisfied: words[word] ?? "other" })),
  }));
  const sessions = [];
  for (let at = 0; at < judged.length; at += turnsOfSession)
    sessions.push({ isDependent: turns[at].isDependent, turns: judged.slice(at, at + turnsOfSession) });
  const values = Object.fromEntries(sessionFigures(sessions, constraintTypes).map((figure) => [figure.name, valueOf(figure)]));
  const expected = {
    "csr-pooled": pooled.total,
    ...Object.fromEntries(Object.entries(constraintTypes).map(([type, name]) => [`csr-${name}`, pooled[type]])),
    ...(known[model] && Object.fromEntries(["csr-pooled", "csr", "isr", "ssr"].map((name, index) => [name, known[model][index]]))),
  };
  for (const [name, value] of Object.entries(expected))
    if (Math.abs(values[name] - value) > 0.00005 + 1e-9) {
      console.log(`FAILED  ${model} ${name}: expected ${value}, found ${values[name]}`);
      process.exitCode = 1;
    }
  models++;
  console.log(`${model}: ${["csr-pooled", "csr", "isr", "ssr"].map((name) => `${name} ${values[name].toFixed(4)}`).join(", ")}`);
}
console.log(`${models} models`);
