import type { Report } from "../../../analysis/report.ts";
import { judgeWarnings } from "../../../phases/calibration-words.ts";
import { judgedPhrases } from "../../verdict-labels.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { compact, counted, decimal, dollars, partOf, share, thousands } from "../../../texts/number-text.ts";
import { scoreOf, outOfHundred } from "../scores.ts";

export interface Card {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
}

/** The few figures that a reader asks for first, and what they say in sentences. */
export function headline({ run, overall, hints, calibration }: Report, judged: Card | undefined): Markup {
  const { rows, messages, responses, diversity } = overall;
  const { good, weak, unparsed } = messages.verdicts;
  const all = judgedPhrases(messages.verdicts);
  const rougeL = scoreOf(responses, "rougeL");
  const words = responses.lengths.find(({ unit }) => unit === "words");
  const newResponses = counted(responses.responses, "new response");
  const calls = run.calls.reduce((sum, phase) => sum + phase.calls, 0);
  const tokens = run.calls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
  const cards: Card[] = [
    rowsCard(rows),
    {
      name: "Phrases a message",
      value: decimal(messages.phrasesPerRow?.mean, 1),
      detail:
        messages.phrasesPerRow === null
          ? "there is no system message"
          : `of ${decimal(messages.tagsPerRow?.mean, 1)} different tags, ${decimal(messages.words?.mean, 0)} words, on average`,
    },
    {
      name: "Phrases judged Good",
      value: partOf(good, all),
      detail:
        all === 0
          ? "none came to the judge"
          : `of ${counted(all, "phrase")} that came to the judge; ${weak > 0 ? `${partOf(weak, all)} weak, ` : ""}${partOf(unparsed, all)} unparsed`,
    },
    {
      name: "Overlap of A and A′ (ROUGE-L)",
      value: decimal(outOfHundred(rougeL, rougeL?.summary?.mean), 1),
      detail:
        responses.responses === 0
          ? noResponse
          : `out of 100, over ${newResponses}; 100 would be the same text. How much was rewritten, not how well`,
    },
    {
      name: "Length of A′ to A",
      value: words?.ratioOfMeans === null || words === undefined ? decimal(null) : `×${decimal(words.ratioOfMeans)}`,
      detail: responses.responses === 0 ? noResponse : `in words, mean to mean, over ${newResponses}${intervalOf(words?.ratioInterval)}`,
    },
    {
      name: "Near-duplicate messages",
      value: diversity.messages === 0 ? share(null) : share(diversity.nearDuplicates?.share),
      detail: `of ${counted(diversity.messages, "system message")}; ${thousands(diversity.tagCombinations.different)} different sets of tags`,
    },
    {
      name: "Tokens paid",
      value: compact(tokens),
      detail: `in ${counted(calls, "model call")}${perRow(tokens, rows.done)}${spent(run.money)}`,
    },
  ];
  if (judged !== undefined) cards.splice(5, 0, judged);
  return html`<ul class="cards">
      ${cards.map(
        ({ name, value, detail }) =>
          html`<li><span class="name">${name}</span><span class="value">${value}</span><span class="detail">${detail}</span></li>`,
      )}
    </ul>
    ${hints.map(
      ({ what, cure }) =>
        html`<div class="warning">
          <p>${what}</p>
          <p><b>What helps:</b> ${cure}</p>
        </div>`,
    )}
    ${judgeWarning(calibration)} ${remark(rows.done)}`;
}

const noResponse = "no response was written anew";

/** Older reports do not tell rows written anew from others. */
function rowsCard({ in: all, done, writtenAnew, originalKept, dropped, failed }: Report["overall"]["rows"]): Card {
  const lost = `${thousands(dropped)} dropped, ${thousands(failed)} failed`;
  if (writtenAnew === undefined || originalKept === undefined)
    return { name: "Rows kept", value: partOf(done, all), detail: `${thousands(done)} of ${counted(all, "row")}; ${lost}` };
  return {
    name: "Rows written anew",
    value: partOf(writtenAnew, all),
    detail: `${thousands(writtenAnew)} of ${counted(all, "row")}; ${thousands(originalKept)} with the original kept, ${lost}`,
  };
}

function judgeWarning(calibration: Report["calibration"]): Markup {
  const warnings = calibration === null ? [] : judgeWarnings(calibration);
  return warnings.length === 0
    ? nothing
    : html`<p class="warning"><b>The judge of phrases.</b> ${warnings.join(" ")} <a href="#calibration">Its calibration</a></p>`;
}

/** Below this many rows, one row moves a share by more than one percentage point. */
const fewRows = 100;

function remark(done: number): Markup {
  if (done === 0)
    return html`<p class="warning">
      <b>No row is in the dataset.</b> What follows says where the rows ended; figures of system messages and responses have nothing to
      stand on.
    </p>`;
  const few =
    done < fewRows
      ? `${counted(done, "row")} ${done === 1 ? "is" : "are"} few: one row more or less moves a share by ${share(1 / done)}. `
      : "";
  return html`<p class="note">${few}Ranges are 95% bootstrap intervals over rows.</p>`;
}

function intervalOf(bounds: readonly [number, number] | null | undefined): string {
  return bounds === null || bounds === undefined ? "" : ` (95% interval ${decimal(bounds[0])} to ${decimal(bounds[1])})`;
}

function perRow(tokens: number, rows: number): string {
  return rows === 0 ? "" : `, ${compact(Math.round(tokens / rows))} tokens a row of the dataset`;
}

function spent(money: Report["run"]["money"]): string {
  return money === null || money === undefined ? "" : `; ${dollars({ value: money.spent, bar: 0 })}, all calls of the run directory`;
}
