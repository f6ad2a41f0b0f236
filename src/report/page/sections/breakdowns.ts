import type { Comparison, Report, Section } from "../../../analysis/report.ts";
import { judgedPhrases } from "../../verdict-labels.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { decimal, noNumber, partOf, share, thousands } from "../../../texts/number-text.ts";
import { outOfHundred, scoreOf } from "../scores.ts";
import { barCell, folded, table, type Column } from "../table.ts";

const comparisonColumns: readonly Column[] = [
  { name: "Responses", isNumber: true },
  { name: "ROUGE-L", isNumber: true },
  { name: "BLEU", isNumber: true },
  { name: "Length ratio (words)", isNumber: true },
  { name: "A kept by a gate", isNumber: true },
];

/** The same figures by source, by turn and by tag. */
export function breakdownsSection({ overall, bySource, byTurn, byTag, sourceFrom }: Report): Markup {
  const tagNames = overall.messages.tags.map(({ tag }) => tag);
  return html`${
    bySource.length === 0
      ? html`<p class="none">
          The run has one source${byTurn.length < 2 ? " and one turn a row" : ""}; figures by them would be the whole run's.
        </p>`
      : html`<p class="lead">
            Rows are told apart by ${sourceFrom ?? "their files"}. Small sources have wide error: look at the rows before the shares.
          </p>
          ${bySourceTables(bySource, tagNames)}`
  }
  ${
    byTurn.length < 2
      ? nothing
      : table({
          caption: "By turn of the conversation",
          columns: [{ name: "Turn" }, ...comparisonColumns],
          rows: byTurn.map(({ turn, andLater, responses }) => [
            `${thousands(turn)}${andLater ? " and later" : ""}`,
            ...comparisonCells(responses),
          ]),
        })
  }
  ${table({
    caption: "By tag: rows whose system message has it",
    none: "No row has a tag.",
    columns: [{ name: "Tag" }, { name: "Rows", isNumber: true }, { name: "Phrases a message", isNumber: true }, ...comparisonColumns],
    rows: byTag
      .filter(({ rows }) => rows > 0)
      .map(({ tag, rows, phrasesPerRow, responses }) => [
        tag,
        thousands(rows),
        decimal(phrasesPerRow?.mean, 1),
        ...comparisonCells(responses),
      ]),
  })}`;
}

function bySourceTables(sources: Report["bySource"], tags: readonly string[]): Markup {
  return html`${table({
    caption: "By source: rows and responses",
    columns: [
      { name: "Source" },
      { name: "Rows in", isNumber: true },
      { name: "In the dataset", isNumber: true },
      { name: "Original kept", isNumber: true },
      { name: "Good", isNumber: true },
      { name: "Phrases a message", isNumber: true },
      ...comparisonColumns,
    ],
    rows: sources.map(({ source, rows, messages, responses }) => [
      source,
      thousands(rows.in),
      barCell(rows.in === 0 ? null : rows.done / rows.in, partOf(rows.done, rows.in)),
      rows.originalKept === undefined ? noNumber : thousands(rows.originalKept),
      goodOf(messages),
      decimal(messages.phrasesPerRow?.mean, 1),
      ...comparisonCells(responses),
    ]),
  })}
  ${table({
    caption: "By source: share of rows with each tag",
    columns: [{ name: "Source" }, ...tags.map((name) => ({ name, isNumber: true }))],
    rows: sources.map(({ source, rows, messages }) => [
      source,
      ...tags.map((name) => {
        const figures = messages.tags.find(({ tag }) => tag === name);
        return figures === undefined || rows.done === 0 ? noNumber : barCell(figures.share, share(figures.share, 0));
      }),
    ]),
  })}
  ${reasonsBySource(sources)}`;
}

function reasonsBySource(sources: Report["bySource"]): Markup {
  const lines = sources.flatMap(({ source, rows }) =>
    rows.reasons.map(({ reason, phase, outcome, rows: lost }) => [source, reason, phase, outcome, thousands(lost), partOf(lost, rows.in)]),
  );
  if (lines.length === 0) return nothing;
  return folded(
    "By source: why rows are not in the dataset",
    table({
      caption: "By source: rows that are not in the dataset",
      columns: [
        { name: "Source" },
        { name: "Reason" },
        { name: "Phase" },
        { name: "Outcome" },
        { name: "Rows", isNumber: true },
        { name: "Of its rows", isNumber: true },
      ],
      rows: lines,
    }),
  );
}

function goodOf({ verdicts }: Section["messages"]): string {
  return partOf(verdicts.good, judgedPhrases(verdicts));
}

function comparisonCells(responses: Comparison): string[] {
  const words = responses.lengths.find(({ unit }) => unit === "words");
  const mean = (metric: string): string => {
    const score = scoreOf(responses, metric);
    return decimal(outOfHundred(score, score?.summary?.mean), 1);
  };
  return [thousands(responses.responses), mean("rougeL"), mean("bleu"), decimal(words?.ratioOfMeans), thousands(responses.keptOriginal)];
}
