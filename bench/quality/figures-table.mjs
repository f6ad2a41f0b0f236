import { number, percent, table } from "../table.mjs";

const share = (value) => (value === null || value === undefined ? "-" : percent(value));
const plain = (value) => (value === null || value === undefined ? "-" : number(value));
const each = (shares, write = share) =>
  Object.entries(shares)
    .map(([key, value]) => `${key} ${write(value)}`)
    .join(", ") || "-";

/** The lines of the table. Each has a name, and how it is written from a preset's figures. */
const lines = [
  ["rows kept", ({ rowsKept, rows, rowsKeptShare }) => `${rowsKept} of ${rows}, ${share(rowsKeptShare)}`],
  ["rejected", ({ rejected }) => each(rejected, plain)],
  ["kept by kind", ({ keptBySource }) => each(keptBySource)],
  ["labelled phrases kept, removed", ({ labels }) => `${labels.kept}, ${labels.removed}`],
  ["of those that fit, kept", ({ labels }) => share(labels.fitsKept)],
  ["of those that do not, removed", ({ labels }) => share(labels.unfitRemoved)],
  ["balanced accuracy of the verdicts", ({ labels }) => plain(labels.balancedAccuracy)],
  ["AUC of the verdicts' scores", ({ labels }) => plain(labels.auc)],
  ["tag fit before, after", ({ labels }) => `${share(labels.tagFit.before)}, ${share(labels.tagFit.after)}`],
  [
    "own told from foreign (AUC): phrases, messages",
    ({ calibration }) => `${plain(calibration.phraseAuc)}, ${plain(calibration.messageAuc)}`,
  ],
  ["messages in the row's language", ({ language }) => `${share(language.share)} of ${language.rows}: ${each(language.byLanguage)}`],
  ["rows with a demonstration's phrase", ({ demonstrationsCopied }) => share(demonstrationsCopied)],
  ["rows with debris", ({ debris }) => each(debris)],
  ["rows with each tag", ({ tags }) => each(tags)],
  ["rows with Tool, code left out", ({ toolOutsideCode }) => share(toolOutsideCode)],
  ["phrases a kept row", ({ phrasesARow }) => plain(phrasesARow)],
  ["distinct messages", ({ distinctMessages }) => share(distinctMessages)],
  ["own instruction picked out of four", ({ matching }) => `${share(matching.share)} of ${matching.rows}`],
  ["wrong answers that pass", ({ wrongAnswers }) => `${wrongAnswers.wrong} of ${wrongAnswers.checked}`],
  ["calls a kept row", ({ cost }) => plain(cost.callsAKeptRow)],
  ["tokens a row: prompt, reply", ({ cost }) => `${plain(cost.inputTokensARow)}, ${plain(cost.outputTokensARow)}`],
  ["time", ({ cost }) => `${Math.round(cost.seconds)} s`],
];

/** The figures of a model's presets side by side, as a table in Markdown. */
export function figuresTable(figures) {
  const presets = Object.keys(figures);
  return table(
    ["", ...presets],
    lines.map(([name, write]) => [name, ...presets.map((preset) => write(figures[preset]))]),
  );
}
