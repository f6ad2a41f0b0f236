// Compares the verdicts on answers to IFEval's prompts with those of lm-evaluation-harness. It is
// not part of `npm test`, because it needs Python packages.
//
//   python3 -m venv .venvs/ifeval
//   .venvs/ifeval/bin/pip install 'lm-eval[ifeval]==0.4.13' nltk==3.10.4 langdetect==1.0.9
//   .venvs/ifeval/bin/python -m nltk.downloader punkt_tab
//   npm run check:ifeval                      the answers that `npm test` checks too
//   npm run check:ifeval -- <answers.jsonl>   others, a line {"key": 1000, "response": "..."} each
//
// Another Python is given by $SYSGEN_IFEVAL_PYTHON. The exit code is 1 when more than 0.3% of the
// verdicts differ.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { shippedItems } from "../../dist/evaluation/ifeval/items.js";
import { scoreResponse } from "../../dist/evaluation/ifeval/scores.js";

const mostDiffering = 0.003;
const at = (path) => new URL(path, import.meta.url);
const linesOf = (bytes) =>
  (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes)
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const rows = new Map(linesOf(readFileSync(at("../../assets/ifeval/s-ifeval.jsonl.gz"))).map((row) => [String(row.key), row]));
const items = new Map(shippedItems("user").map((item) => [item.id, item]));
const answers = linesOf(readFileSync(process.argv[2] ?? at("../fixtures/ifeval-answers.jsonl.gz")));
const python = process.env.SYSGEN_IFEVAL_PYTHON ?? fileURLToPath(at("../../.venvs/ifeval/bin/python"));
const { status, error, stdout } = spawnSync(python, [fileURLToPath(at("reference.py"))], {
  input: answers.map(({ key, response }) => JSON.stringify({ row: rows.get(String(key)), response })).join("\n"),
  encoding: "utf8",
  maxBuffer: 2 ** 30,
  stdio: ["pipe", "pipe", "inherit"],
});
if (error !== undefined || status !== 0) {
  console.log(`the reference did not run: ${error?.message ?? `exit code ${status}`}`);
  process.exit(1);
}

const counts = new Map();
const expected = linesOf(Buffer.from(stdout));
for (const [index, { key, response }] of answers.entries()) {
  const scored = scoreResponse(items.get(String(key)), response).instructions;
  for (const [place, { id, ...found }] of scored.entries()) {
    // In place of these two the reference counts a letter drawn at random.
    if (["#", "!"].includes(rows.get(String(key)).kwargs[place].letter)) continue;
    const count = counts.get(id) ?? { verdicts: 0, unstable: 0, differing: 0 };
    counts.set(id, count);
    for (const form of ["strict", "loose"]) {
      const verdict = expected[index][form][place];
      count.verdicts++;
      if (verdict === null) count.unstable++;
      else if (verdict !== found[form]) count.differing++;
    }
  }
}
const total = (what) => [...counts.values()].reduce((sum, count) => sum + count[what], 0);
console.table(Object.fromEntries([...counts].toSorted(([a], [b]) => a.localeCompare(b))));
const share = total("differing") / total("verdicts");
console.log(
  `${answers.length} answers, ${total("verdicts")} verdicts: ${total("differing")} differ (${(100 * share).toFixed(3)}%), ${total("unstable")} have no single verdict in the reference`,
);
if (share > mostDiffering) process.exitCode = 1;
