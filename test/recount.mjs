// node test/recount.mjs <run directory> [input per million] [output per million]
//
// Counts what a run holds, from dataset.jsonl, rejected.jsonl and the lines of the journal alone.
// It imports nothing of the program, so that its figures are a second opinion on those that the
// summary, status, export, the card, the report and the viewer show (e2e/recount.test.mjs).
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const linesOf = (path) =>
  existsSync(path)
    ? readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line))
    : [];

const countBy = (values) => {
  const counts = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

/**
 * All figures of a run directory.
 * @param price US dollars per million tokens of prompts and of replies. Undefined if not known.
 */
export function recount(folder, price) {
  const dataset = linesOf(join(folder, "dataset.jsonl"));
  const rejected = linesOf(join(folder, "rejected.jsonl"));
  const journal = linesOf(join(folder, "journal.jsonl"));
  const judged = linesOf(join(folder, "judge-rows.jsonl"));
  const isKept = ({ sysgen }) => !sysgen.responses.includes("new") || sysgen.gates.some(({ action }) => action === "kept-original");
  const kept = dataset.filter(isKept);
  const of = (outcome) => rejected.filter((row) => row.outcome === outcome);
  const removed = [...dataset.flatMap(({ sysgen }) => sysgen.removed), ...rejected.flatMap((row) => row.removed ?? [])];
  const phrases = dataset.flatMap(({ sysgen }) => sysgen.phrases);
  const replies = journal.map((line) => ({ phase: line.phase, inputTokens: line.inputTokens, outputTokens: line.outputTokens }));
  const phases = [...new Set(replies.map(({ phase }) => phase))];
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const tokens = (list, key) => sum(list.map((reply) => reply[key]));
  const pairs = judged.flatMap(({ judges: [first] }) => (first?.pair?.verdict === undefined ? [] : [first.pair]));
  const asked = pairs.filter(({ agreement }) => agreement !== "identical");
  const verdicts = (verdict) => asked.filter((pair) => pair.verdict === verdict).length;
  const obeyed = (origin, verdict) =>
    judged
      .filter((row) => row.origin === origin)
      .flatMap(({ judges: [first] }) => (Array.isArray(first?.phrases) ? first.phrases : []))
      .filter((phrase) => phrase.verdict === verdict).length;
  return {
    rows: {
      in: dataset.length + rejected.length,
      done: dataset.length,
      writtenAnew: dataset.length - kept.length,
      originalKept: kept.length,
      dropped: of("dropped").length,
      failed: of("failed").length,
    },
    keptBy: countBy(
      kept.flatMap(({ sysgen }) => [...new Set(sysgen.gates.filter(({ action }) => action === "kept-original").map(({ gate }) => gate))]),
    ),
    rejected: countBy(rejected.map(({ outcome, phase, reason }) => `${outcome} in ${phase}: ${reason}`)),
    tags: Object.fromEntries(
      Object.entries(countBy(phrases.map(({ tag }) => tag))).map(([tag, count]) => [
        tag,
        { phrases: count, rows: dataset.filter(({ sysgen }) => sysgen.phrases.some((phrase) => phrase.tag === tag)).length },
      ]),
    ),
    verdicts: countBy([...phrases, ...removed].flatMap(({ verdict }) => verdict ?? [])),
    faults: countBy(removed.flatMap(({ reason }) => reason ?? [])),
    gates: countBy(dataset.flatMap(({ sysgen }) => sysgen.gates.map(({ gate, action }) => `${gate}: ${action}`))),
    gateRows: countBy(dataset.flatMap(({ sysgen }) => [...new Set(sysgen.gates.map(({ gate, action }) => `${gate}: ${action}`))])),
    answers: {
      checked: dataset.filter(({ sysgen }) => sysgen.answers === "checked").length,
      wrong: dataset.filter(({ sysgen }) => sysgen.gates.some(({ gate, action }) => gate === "wrong-answer" && action !== "not-checked"))
        .length,
      notChecked: dataset.filter(({ sysgen }) => sysgen.answers === "not-checked").length,
    },
    calls: Object.fromEntries(
      phases.map((phase) => {
        const list = replies.filter((reply) => reply.phase === phase);
        return [phase, { calls: list.length, inputTokens: tokens(list, "inputTokens"), outputTokens: tokens(list, "outputTokens") }];
      }),
    ),
    spent: price && (tokens(replies, "inputTokens") * price.input + tokens(replies, "outputTokens") * price.output) / 1e6,
    pair: {
      rows: asked.length - verdicts("unparsed"),
      wins: verdicts("new"),
      ties: verdicts("tie"),
      losses: verdicts("original"),
      identical: pairs.length - asked.length,
    },
    obedience: {
      new: { obeyed: obeyed("new", "obeyed"), violated: obeyed("new", "violated") },
      original: { obeyed: obeyed("original", "obeyed"), violated: obeyed("original", "violated") },
    },
    ids: { new: dataset.filter((row) => !isKept(row)).map(({ id }) => id), original: kept.map(({ id }) => id) },
  };
}

const [script, folder, input, output] = process.argv.slice(1);
if (import.meta.url === `file://${script}` && folder !== undefined)
  console.log(JSON.stringify(recount(folder, input && { input: Number(input), output: Number(output) }), undefined, 1));
