// Makes a finished run of a given number of rows without asking a model. Rows have a realistic
// size. The same count always gives the same rows.
import { createWriteStream } from "node:fs";
import { mkdirSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { outcomeLine } from "../dist/runs/row-line.js";
import { runFiles } from "../dist/runs/run-files.js";
import { Store } from "../dist/runs/store.js";
import { traitsOf } from "../dist/runs/tally.js";

const tags = ["Role", "Content", "Task", "Action", "Style", "Background", "Tool", "Format"];
const sources = ["one", "two", "three"];
const noUsage = { inputTokens: 0, outputTokens: 0 };

function* made(count) {
  let state = 7;
  const random = (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  // Few words are frequent and most are rare, as in a language.
  const word = () => `w${Math.floor(5_000 ** (random(10_000) / 10_000))}`;
  const text = (words) =>
    Array.from({ length: words }, (_, at) => word() + (at % 12 === 11 ? (at % 60 === 59 ? ".\n\n" : ",") : "")).join(" ");
  // Rows are combined from texts that are made once, so that making text costs less than what is
  // measured.
  const pool = (size, words) => Array.from({ length: size }, () => text(words));
  const [pieces, phrases] = [pool(2_999, 40), pool(1_499, 12)];
  const some = (list, many) => Array.from({ length: many }, () => list[random(list.length)]);
  for (let index = 0; index < count; index++) {
    const shared = some(pieces, 2);
    const answer = [...shared, ...some(pieces, 2)].join("\n");
    const response = [...some(pieces, 1), ...shared, ...some(pieces, 1 + random(3))].join("\n");
    const used = tags.filter((_, at) => random(8) > at / 2);
    yield {
      id: `r${index}`,
      question: some(pieces, 1)[0],
      answer,
      response,
      source: sources[random(sources.length)],
      phrases: used.map((tag) => ({ tag, text: some(phrases, 1)[0], verdict: "good", repairs: [] })),
      isDropped: random(20) === 0,
    };
  }
}

/** Writes the run directory, and the same pairs of texts as JSON lines for `analysis-floor.mjs`. */
export async function makeAnalysisRun(folder, count) {
  const run = join(folder, `run-${count}`);
  mkdirSync(run, { recursive: true });
  const files = runFiles(run);
  writeFileSync(files.journal, "");
  const identity = { input: "rows.jsonl", format: "question-answer", model: "m", judgeModel: "m" };
  const settings = Object.fromEntries(Object.entries(identity).map(([name, value]) => [name, { phase: "input", value }]));
  writeFileSync(files.manifest, JSON.stringify({ state: "finished", identity: settings, versions: { sysgen: "0.1.0" } }));
  const store = new Store(files);
  const pairs = createWriteStream(join(folder, `pairs-${count}.jsonl`));
  let position = 0;
  for (const { id, question, answer, response, source, phrases, isDropped } of made(count)) {
    const origin = { id, row: { line: position + 1, raw: JSON.stringify({ id, question, answer, source }), value: {} }, file: undefined };
    const outcome = isDropped
      ? {
          outcome: "dropped",
          phase: "verify",
          reason: "no-good-phrase",
          detail: "Role: bad",
          removed: [{ ...phrases[0], tag: "Role", text: "Be.", repairs: [], verdict: "bad" }],
        }
      : {
          outcome: "done",
          messages: [
            { role: "system", content: phrases.map(({ text }) => text).join(" ") },
            { role: "user", content: question },
            { role: "assistant", content: response },
          ],
          columns: { id, source },
          phrases,
          removed: [],
          originalResponses: [answer],
          gates: [],
          usage: noUsage,
        };
    const { phase, reason } = outcome;
    const body = outcomeLine(outcome, origin, { model: "m", judgeModel: "m" });
    store.results.put({
      position,
      line: position + 1,
      digest: id,
      outcome: outcome.outcome,
      phase,
      reason,
      traits: traitsOf(outcome),
      body,
    });
    if (!isDropped && !pairs.write(`${JSON.stringify([answer, response])}\n`)) await once(pairs, "drain");
    if (++position % 4_096 === 0) await store.index();
  }
  pairs.end();
  await once(pairs, "finish");
  await store.settled();
  store.close();
  return { run, pairs: join(folder, `pairs-${count}.jsonl`) };
}
