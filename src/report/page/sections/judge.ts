import { calibrationFigures, obedienceWarnings } from "../../../evaluation/judge/obedience-words.ts";
import { intervalChart } from "../charts/intervals.ts";
import { partsChart, type PartKind } from "../charts/parts.ts";
import type { Agreement, Estimate, JudgeFigures, JudgeResult, Obedience, PairFigures } from "../../../evaluation/judge/result.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { counted, decimal, noNumber, partOf, share, thousands } from "../../../texts/number-text.ts";
import { table } from "../table.ts";
import { tags } from "../../../records/system-message/phrase.ts";
import type { Card } from "./headline.ts";
import type { JudgedForPaper } from "./paper.ts";

const modes: Readonly<Record<JudgeResult["mode"], string>> = {
  "system-shown": "system message shown",
  "system-hidden": "system message hidden",
};

const pairKinds: readonly PartKind[] = [
  { name: "A′ better", colour: "response" },
  { name: "Tie", colour: "unparsed" },
  { name: "A better", colour: "original" },
];
const obedienceKinds: readonly PartKind[] = [
  { name: "Obeyed", colour: "good" },
  { name: "Violated", colour: "bad" },
  { name: "Not applicable", colour: "none" },
  { name: "Unparsed", colour: "unparsed" },
];

interface Judgement {
  /** `judge-model, system message shown` */
  readonly name: string;
  readonly result: JudgeResult;
  readonly judge: JudgeFigures;
}

/**
 * What judges said on which response is better, and on whether A' obeys the phrases of its system
 * message.
 */
export function judgeSection(results: readonly JudgeResult[]): Markup {
  const judgements = judgementsOf(results);
  if (judgements.length === 0)
    return html`<p class="none">
      Nobody has judged this run. <code>sysgen judge</code> asks a model which of A and A′ is better, in both orders, and whether A′ obeys
      each phrase.
    </p>`;
  return html`<p class="lead">
      Each pair is shown to the judge twice, A first and A′ first. A win is one in both orders; orders that disagree are a tie. The win rate
      counts a tie as half, over pairs whose texts differ.
    </p>
    ${judgements.map(
      (judgement) =>
        html`<h3>Judge ${judgement.name}</h3>
          ${remarks(judgement)}${pairCharts(judgement)}${obedience(judgement)}`,
    )}
    ${pairTable(judgements)} ${agreements(results)}`;
}

function pairCharts({ judge: { pair } }: Judgement): Markup {
  return html`<div class="pair">
    <div>
      ${intervalChart(
        "Win rate of A′ and first-place rate",
        [
          { name: "A′ wins", estimate: pair.winRate },
          { name: "A′ wins, at equal length", estimate: pair.lengthControlledWinRate },
          { name: "First place wins", estimate: pair.firstSlotRate },
        ],
        "Rates with 95% intervals. At 50% neither response, or neither place, is ahead. A first-place rate away from it is a bias of the judge, which both orders make up for.",
      )}
    </div>
    <div>
      ${partsChart({ title: "Verdicts on pairs", things: "rows", kinds: pairKinds, bars: [{ name: "Rows", counts: [pair.wins, pair.ties, pair.losses] }] })}
    </div>
  </div>`;
}

/**
 * The first judge's figure for the top of the page, of the judgement that shows the system message
 * if there is one.
 */
export function judgeHeadline(results: readonly JudgeResult[]): Card | undefined {
  const first = preferred(results);
  const judge = first?.judges[0];
  if (first === undefined || judge === undefined) return undefined;
  const { winRate, rows, wins, ties, losses, identical } = judge.pair;
  const same = identical === 0 ? "" : `; ${counted(identical, "pair")} of the same text apart`;
  return {
    name: "A′ wins over A, by a judge",
    value: share(winRate?.value),
    detail: `${thousands(wins)} wins, ${thousands(ties)} ties, ${thousands(losses)} losses in ${counted(rows, "pair that differs", "pairs that differ")}; ${intervalOf(winRate)}ties half, ${modes[first.mode]}${same}`,
  };
}

export function judgedForPaper(results: readonly JudgeResult[]): JudgedForPaper | undefined {
  // The paper's judge did not see the system message.
  const hidden = results.find(({ mode }) => mode === "system-hidden") ?? results[0];
  const shown = results.find(({ judges }) => judges.some(({ phrases }) => phrases !== null));
  if (hidden === undefined) return undefined;
  const win = hidden.judges[0]?.pair.winRate;
  const obeyed = shown?.judges[0]?.phrases?.all.obeyedRate;
  return {
    winRate:
      win === null || win === undefined ? "no verdict" : `${share(win.value)} (S ${hidden.mode === "system-hidden" ? "hidden" : "shown"})`,
    obeyed: obeyed === null || obeyed === undefined ? "not judged" : share(obeyed.value),
  };
}

function preferred(results: readonly JudgeResult[]): JudgeResult | undefined {
  return results.find(({ mode }) => mode === "system-shown") ?? results[0];
}

function judgementsOf(results: readonly JudgeResult[]): Judgement[] {
  return results.flatMap((result) => result.judges.map((judge) => ({ name: `${judge.model}, ${modes[result.mode]}`, result, judge })));
}

/** What a reader must know before believing the figures. */
function remarks({ result: { state, stoppedBy, sample }, judge: { pair, phrases, rows, isGenerator } }: Judgement): Markup {
  const found: string[] = [];
  if (isGenerator) found.push("This model wrote the responses that it judges; judges tend to prefer their own.");
  if (state !== "finished")
    found.push(
      `Judging was ${state}${stoppedBy === undefined ? "" : ` (${stoppedBy})`}; ${thousands(rows.left)} of the drawn rows were not come to.`,
    );
  if (rows.failed > 0) found.push(`${counted(rows.failed, "row")} met an error and count for nothing here.`);
  if (sample.drawn < sample.done)
    found.push(`${thousands(sample.drawn)} of ${thousands(sample.done)} rows were drawn (seed ${sample.seed}).`);
  const asked = pair.rows;
  if (asked > 0 && pair.inconsistent * 2 > asked)
    found.push(
      `Its two orders disagree on ${partOf(pair.inconsistent, asked)} of the rows that it was asked about: this judge cannot be relied on.`,
    );
  const slot = pair.firstSlotRate;
  if (slot !== null && (slot.low > 0.5 || slot.high < 0.5))
    found.push(
      `The judge prefers the ${slot.value > 0.5 ? "first" : "second"} place: ${share(slot.value)} of decided replies name the first. ${counted(pair.inconsistent, "row")} of ${thousands(asked)} ${pair.inconsistent === 1 ? "is a tie" : "are ties"} because its orders disagree.`,
    );
  if (phrases !== null) found.push(...obedienceWarnings(phrases));
  return found.length === 0
    ? nothing
    : html`<ul class="remarks">
        ${found.map((line) => html`<li>${line}</li>`)}
      </ul>`;
}

function pairTable(judgements: readonly Judgement[]): Markup {
  const columns: readonly (readonly [string, (pair: PairFigures) => string])[] = [
    ["Pairs that differ", (pair) => thousands(pair.rows)],
    ["A′ better", (pair) => countOf(pair.wins, pair.rows)],
    ["Tie", (pair) => countOf(pair.ties, pair.rows)],
    ["A better", (pair) => countOf(pair.losses, pair.rows)],
    ["Ties as orders disagree", (pair) => `${thousands(pair.inconsistent)} (${thousands(pair.reversed)} reversed)`],
    ["Pairs of the same text, in no figure here", (pair) => thousands(pair.identical)],
    ["Unparsed", (pair) => thousands(pair.unparsed)],
    ["Win rate of A′ (95% interval)", (pair) => estimated(pair.winRate)],
    ["Win rate at equal length", (pair) => estimated(pair.lengthControlledWinRate)],
    ["First place wins", (pair) => estimated(pair.firstSlotRate)],
    [
      "Replies for first, second place, tie",
      ({ slots }) => `${thousands(slots.first)}, ${thousands(slots.second)}, ${thousands(slots.tie)}`,
    ],
    ["Length of A′ to A", (pair) => `${decimal(pair.lengthRatio.overall)} (median ${decimal(pair.lengthRatio.median)})`],
  ];
  return html`${table({
    caption: "Which response is better",
    isFirstWide: true,
    columns: [{ name: "Figure" }, ...judgements.map(({ name }) => ({ name, isNumber: true }))],
    rows: [
      ...columns.map(([name, of]) => [name, ...judgements.map(({ judge }) => of(judge.pair))]),
      [
        "Calls; tokens in, out",
        ...judgements.map(
          ({ judge: { tokens } }) => `${thousands(tokens.calls)}; ${thousands(tokens.inputTokens)}, ${thousands(tokens.outputTokens)}`,
        ),
      ],
    ],
  })}`;
}

function obedience({ name, judge: { phrases } }: Judgement): Markup {
  if (phrases === null) return nothing;
  const byTag = tags.flatMap((tag): (readonly [string, Obedience])[] => {
    const figures = phrases.tags[tag];
    return figures === undefined ? [] : [[tag, figures]];
  });
  const cells = ({ obeyed, violated, notApplicable, unparsed, obeyedRate }: Obedience): string[] => [
    thousands(obeyed),
    thousands(violated),
    thousands(notApplicable),
    thousands(unparsed),
    estimated(obeyedRate),
  ];
  const rates = byTag.map(([tag, { obeyedRate }]) => ({ name: tag, estimate: obeyedRate }));
  return html`<h4 class="apart">Does A′ obey the phrases of its system message?</h4>
    <div class="pair">
      <div>
        ${partsChart({
          title: "Phrases that A′ obeys, by tag",
          things: "phrases",
          kinds: obedienceKinds,
          bars: byTag.map(([tag, { obeyed, violated, notApplicable, unparsed }]) => ({
            name: tag,
            counts: [obeyed, violated, notApplicable, unparsed],
          })),
        })}
      </div>
      <div>${intervalChart("Obeyed of the phrases that apply", [{ name: "All tags", estimate: phrases.all.obeyedRate }, ...rates])}</div>
    </div>
    ${table({
      caption: `Phrases obeyed, over ${counted(phrases.rows, "row")} written anew (${name})`,
      columns: [
        { name: "Tag" },
        { name: "Obeyed", isNumber: true },
        { name: "Violated", isNumber: true },
        { name: "Not applicable", isNumber: true },
        { name: "Unparsed", isNumber: true },
        { name: "Obeyed of those that apply", isNumber: true },
      ],
      rows: [
        ...byTag.map(([tag, figures]) => [tag, ...cells(figures)]),
        ["All tags", ...cells(phrases.all)],
        ...(phrases.kept === null || phrases.kept.rows === 0
          ? []
          : [[`Kept originals (${counted(phrases.kept.rows, "row")})`, ...cells(phrases.kept.all)]]),
      ],
    })}
    ${
      phrases.calibration === null
        ? nothing
        : table({
            caption: `What the judge knows of obedience: each response's own phrases against another row's (${name})`,
            isFirstWide: true,
            columns: [{ name: "Figure" }, { name: "Value" }],
            rows: calibrationFigures(phrases.calibration),
          })
    }`;
}

function agreements(results: readonly JudgeResult[]): Markup {
  const rows = results.flatMap(({ mode, agreement }) => {
    if (agreement === null) return [];
    const line = (question: string, of: Agreement | null): string[][] =>
      of === null ? [] : [[`${question} (${modes[mode]})`, thousands(of.items), estimated(of.agreement), kappa(of.kappa)]];
    return [...line("Which is better", agreement.pair), ...line("Phrases obeyed", agreement.phrases)];
  });
  if (rows.length === 0) return nothing;
  return table({
    caption: "Agreement of the two judges",
    isFirstWide: true,
    columns: [
      { name: "Question" },
      { name: "Items", isNumber: true },
      { name: "They agree", isNumber: true },
      { name: "Cohen's kappa", isNumber: true },
    ],
    rows,
  });
}

function kappa(of: Estimate): string {
  return of === null ? noNumber : `${decimal(of.value)} (${decimal(of.low)} to ${decimal(of.high)})`;
}

function estimated(of: Estimate): string {
  return of === null ? noNumber : `${share(of.value)} (${share(of.low)} to ${share(of.high)})`;
}

function countOf(part: number, whole: number): string {
  return `${thousands(part)} (${partOf(part, whole)})`;
}

function intervalOf(of: Estimate): string {
  return of === null ? "" : `95% interval ${share(of.low)} to ${share(of.high)}; `;
}
