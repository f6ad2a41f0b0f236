import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openLabelServer } from "./label-server.mjs";
import { runRows } from "./run-rows.mjs";

/**
 * Has a preset judge labelled phrases. They go through a run of the real command line, in which
 * their rows are the dataset and the model is the judge. The filter checks no content, so that all
 * of them are judged. A label says nothing of language, which the filter may go by.
 * @returns The phrases as `verdictFigures` reads them.
 */
export async function judgePhrases(folder, labels, { model, preset }) {
  const rows = join(folder, "labels.jsonl");
  const messages = ({ instruction, response }) => [
    { role: "user", content: instruction },
    { role: "assistant", content: response },
  ];
  writeFileSync(rows, labels.map((row) => `${JSON.stringify({ id: row.id, messages: messages(row) })}\n`).join(""));
  const server = await openLabelServer(labels);
  try {
    const config = { model: "labels", baseUrl: [server.url], judgeModel: model, judgeBaseUrl: [], filter: { checkContent: false } };
    return judgedPhrases(labels, (await runRows(folder, { rows, preset, name: `labels-${preset}`, config })).lines);
  } finally {
    server.close();
  }
}

const plain = (text) => text.replaceAll(/\s+/g, " ").trim();

/**
 * The labelled phrases with what became of each in a run. A phrase that is in no line was removed.
 * The tag after the run is that of a phrase that was kept or has a verdict.
 */
export function judgedPhrases(labels, lines) {
  const byId = new Map(lines.map((line) => [line.id, line]));
  return labels.flatMap(({ id, phrases }) => {
    const line = byId.get(id);
    const kept = line?.facts?.phrases ?? [];
    const removed = line?.facts?.removed ?? line?.removed ?? [];
    return phrases.map(({ tag, text, fits, serves }) => {
      const isIt = (phrase) => plain(phrase.text) === plain(text);
      const found = kept.find(isIt) ?? removed.find(isIt);
      return { tag, fits, serves, kept: kept.some(isIt), score: scoreOf(found), tagAfter: found?.tag };
    });
  });
}

/**
 * How far the judge's log-odds lie above its line. A phrase that the row speaks against lies below
 * all others. Undefined for a plain verdict, or none.
 */
function scoreOf({ score, against } = {}) {
  return against === undefined ? score : -Infinity;
}
