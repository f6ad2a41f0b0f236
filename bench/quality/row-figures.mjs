import { tags } from "../../dist/index.js";
import { checkAnswer } from "../../dist/phases/answers/check-answer.js";
import { debrisIn } from "./debris.mjs";
import { knownLanguages, languageOf } from "./language.mjs";
import { areNearlySame } from "./likeness.mjs";
import { shareOf } from "./verdict-figures.mjs";

/** The system message of a kept row. */
export const messageOf = ({ messages }) => messages.find(({ role }) => role === "system").content;

/**
 * The figures that follow from the rows of a run.
 * @param rows The dataset's rows as `readDataset` gives them.
 * @param lines The run's rows, kept and rejected.
 * @param demonstrated The texts of the demonstrations' phrases.
 */
export function rowFigures(rows, lines, demonstrated) {
  const kept = lines.filter(({ outcome }) => outcome === "done");
  const byId = new Map(rows.map((row) => [row.id, row]));
  const phrases = kept.flatMap(({ facts }) => facts.phrases);
  const withPhrase = (test) => shareOf(kept, ({ facts }) => facts.phrases.some(({ text }) => test(text)));
  return {
    rows: lines.length,
    rowsKept: kept.length,
    rowsKeptShare: shareOf(lines, ({ outcome }) => outcome === "done"),
    rejected: countBy(
      lines.filter(({ outcome }) => outcome !== "done"),
      ({ reason }) => reason,
    ),
    keptBySource: sharesBy(
      lines,
      ({ id }) => byId.get(id)?.source,
      ({ outcome }) => outcome === "done",
    ),
    language: languageFigures(kept, byId),
    demonstrationsCopied: withPhrase((text) => demonstrated.some((other) => areNearlySame(text, other))),
    debris: Object.fromEntries(["marks", "cut", "run-on"].map((kind) => [kind, withPhrase((text) => debrisIn(text).includes(kind))])),
    tags: Object.fromEntries(tags.map((tag) => [tag, shareOf(kept, ({ facts }) => facts.phrases.some((phrase) => phrase.tag === tag))])),
    toolOutsideCode: shareOf(
      kept.filter(({ id }) => byId.get(id)?.source !== "code"),
      ({ facts }) => facts.phrases.some(({ tag }) => tag === "Tool"),
    ),
    phrasesARow: kept.length === 0 ? null : phrases.length / kept.length,
    distinctMessages: kept.length === 0 ? null : new Set(kept.map(messageOf)).size / kept.length,
    wrongAnswers: answerFigures(kept),
  };
}

function countBy(list, keyOf) {
  const counts = {};
  for (const one of list) counts[keyOf(one)] = (counts[keyOf(one)] ?? 0) + 1;
  return counts;
}

function sharesBy(list, keyOf, test) {
  const groups = new Map();
  for (const one of list) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return Object.fromEntries(Array.from(groups, ([key, group]) => [key, shareOf(group, test)]));
}

/**
 * How many messages are in their row's language. Rows in languages that the detector does not know
 * do not count.
 */
function languageFigures(kept, byId) {
  const known = kept.flatMap((line) => {
    const language = byId.get(line.id)?.language;
    return knownLanguages.includes(language) ? [{ language, isOwn: languageOf(messageOf(line)) === language }] : [];
  });
  return {
    rows: known.length,
    share: shareOf(known, ({ isOwn }) => isOwn),
    byLanguage: sharesBy(
      known,
      ({ language }) => language,
      ({ isOwn }) => isOwn,
    ),
  };
}

/**
 * How many rows have a checkable final answer in an original response, and in how many of them a
 * new response does not give it.
 */
function answerFigures(kept) {
  const checked = kept.flatMap(({ messages, facts }) => {
    const responses = messages.filter(({ role }) => role === "assistant").map(({ content }) => content);
    const instruction = messages.findLast(({ role }) => role === "user")?.content ?? "";
    const states = facts.originalResponses.map(
      (original, turn) => checkAnswer(responses[turn] ?? "", { original, instruction, columns: {} }).state,
    );
    const known = states.filter((state) => state !== "not-checked");
    return known.length === 0 ? [] : [known.every((state) => state === "right")];
  });
  return { checked: checked.length, wrong: checked.filter((isRight) => !isRight).length };
}
