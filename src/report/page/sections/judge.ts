import { calibrationFigures, obedienceWarnings } from "../../../evaluation/judge/obedience-words.ts";
import { intervalChart } from "../charts/intervals.ts";
import { partsChart, type PartKind } from "../charts/parts.ts";
import type {
  Agreement,
  Estimate,
  JudgeFigures,
  JudgeResult,
  Obedience,
  PairFigures,
  PhraseFigures,
} from "../../../evaluation/judge/result.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { counted, decimal, noNumber, partOf, share, thousands } from "../../../texts/number-text.ts";
import { folded, table } from "../table.ts";
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
      Each pair whose texts differ is shown to the judge twice, A first and A′ first. A win is one in both orders; orders that disagree are
      a tie. The win rate counts a tie as half.
    </p>
    ${remarks(judgements)} ${verdictTable(judgements)} ${pairCharts(judgements)}
    ${folded("Shares, places, lengths and calls", pairTable(judgements))} ${obedience(judgements)} ${agreements(results)}`;
}

/** Wins, ties and losses beside the rate, and the pairs that are no part of it. */
function verdictTable(judgements: readonly Judgement[]): Markup {
  return table({
    caption: "Which response is better, over pairs that differ",
    isFirstWide: true,
    columns: [
      { name: "Judge" },
      { name: "Pairs", isNumber: true },
      ...pairKinds.map(({ name }) => ({ name: name.replace(" ", "\u00A0"), isNumber: true })),
      { name: "Win rate of A′ (95% interval)", isNumber: true },
      { name: "At equal length", isNumber: true },
      { name: "No verdict read", isNumber: true },
      { name: "Pairs of the same text", isNumber: true },
    ],
    rows: judgements.map(({ name, judge: { pair } }) => [
      name,
      thousands(pair.rows),
      ...[pair.wins, pair.ties, pair.losses].map(thousands),
      estimated(pair.winRate),
      estimated(pair.lengthControlledWinRate),
      thousands(pair.unparsed),
      thousands(pair.identical),
    ]),
  });
}

function pairCharts(judgements: readonly Judgement[]): Markup {
  const [only, ...others] = judgements;
  const rates = judgements.map((judgement) => ({
    name: shortName(judgement),
    n: judgement.judge.pair.rows,
    estimate: judgement.judge.pair.winRate,
  }));
  return html`<div class="pair">
    <div>
      ${partsChart({
        title: "Verdicts on pairs that differ",
        things: "pairs",
        kinds: pairKinds,
        bars: judgements.map((judgement) => ({
          name: shortName(judgement),
          counts: [judgement.judge.pair.wins, judgement.judge.pair.ties, judgement.judge.pair.losses],
        })),
      })}
    </div>
    <div>
      ${
        only === undefined || others.length > 0
          ? intervalChart("Win rate of A′ by judge", rates, "Win rate of A′. At 50% neither response is ahead.")
          : intervalChart(
              "Win rate of A′ and first-place rate",
              ratesOf(only.judge.pair),
              "At 50% neither response, or neither place, is ahead. A first-place rate away from it is a bias of the judge, which both orders make up for.",
            )
      }
    </div>
  </div>`;
}

function ratesOf({ rows, winRate, slots, firstSlotRate }: PairFigures): { name: string; n: number; estimate: Estimate }[] {
  return [
    { name: "A′ wins", n: rows, estimate: winRate },
    { name: "First place wins", n: slots.first + slots.second, estimate: firstSlotRate },
  ];
}

/** Characters of a judge's name that a chart has room for. */
const mostOfName = 14;

/** A judgement's name in a chart. The whole name is in the table. */
function shortName({ result: { mode }, judge: { model } }: Judgement): string {
  const name = model.slice(model.lastIndexOf("/") + 1);
  return `${name.length > mostOfName ? `${name.slice(0, mostOfName - 1)}…` : name}, ${mode === "system-shown" ? "shown" : "hidden"}`;
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
    detail:
      rows === 0
        ? `no pair that differs has a verdict, ${modes[first.mode]}${same}`
        : `${thousands(wins)} wins, ${thousands(ties)} ties, ${thousands(losses)} losses in ${counted(rows, "pair that differs and has a verdict", "pairs that differ and have a verdict")}; ${intervalOf(winRate)}ties half, ${modes[first.mode]}${same}`,
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
function remarks(judgements: readonly Judgement[]): Markup {
  const lines = judgements.flatMap((judgement) =>
    judgements.length === 1
      ? remarksOn(judgement).map((said) => html`<li>${said}</li>`)
      : remarksOn(judgement).length === 0
        ? []
        : [html`<li><b>${judgement.name}:</b> ${remarksOn(judgement).join(" ")}</li>`],
  );
  return lines.length === 0
    ? nothing
    : html`<ul class="remarks">
        ${lines}
      </ul>`;
}

function remarksOn({ result: { state, stoppedBy, sample }, judge: { pair, phrases, rows, isGenerator } }: Judgement): string[] {
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
  return found;
}

function pairTable(judgements: readonly Judgement[]): Markup {
  const columns: readonly (readonly [string, (pair: PairFigures) => string])[] = [
    ["A′ better", (pair) => countOf(pair.wins, pair.rows)],
    ["Tie", (pair) => countOf(pair.ties, pair.rows)],
    ["A better", (pair) => countOf(pair.losses, pair.rows)],
    ["Ties as orders disagree", (pair) => `${thousands(pair.inconsistent)} (${thousands(pair.reversed)} reversed)`],
    ["First place wins", (pair) => estimated(pair.firstSlotRate)],
    [
      "Replies for first, second place, tie",
      ({ slots }) => `${thousands(slots.first)}, ${thousands(slots.second)}, ${thousands(slots.tie)}`,
    ],
    ["Length of A′ to A", (pair) => `${decimal(pair.lengthRatio.overall)} (median ${decimal(pair.lengthRatio.median)})`],
  ];
  return html`${table({
    caption: "More figures on pairs that differ",
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

/**
 * Whether A' obeys the phrases of its system message. Originals that were kept are in a bar of
 * their own. A single judge's calibration stands beside its chart, and those of several are folded.
 */
function obedience(judgements: readonly Judgement[]): Markup {
  const asked = judgements.flatMap(({ name, judge: { phrases } }) => (phrases === null ? [] : [{ name, phrases }]));
  const [first] = asked;
  if (first === undefined) return nothing;
  return html`<h3>Does A′ obey the phrases of its system message?</h3>
    <div class="pair">
      ${asked.map(({ name, phrases }) => html`<div>${obedienceChart(name, phrases)}</div>`)}
      ${asked.length === 1 ? html`<div>${knowledge(first.phrases)}</div>` : nothing}
    </div>
    ${asked.map(({ name, phrases }) =>
      folded(
        `Phrases obeyed by tag, in numbers (${name})`,
        html`${obedienceTable(phrases)}${asked.length === 1 ? nothing : knowledge(phrases)}`,
      ),
    )}`;
}

function obedienceChart(name: string, phrases: PhraseFigures): Markup {
  const { all, rows } = phrases;
  const kept = keptOf(phrases);
  const bars = [
    ["Written anew", all] as const,
    ...Object.entries(phrases.tags),
    ...(kept === null ? [] : [["Original kept", kept.all] as const]),
  ];
  return html`<h4>${name}</h4>
    <p class="note">
      ${obeyedWords("Written anew", rows, all)} ${kept === null ? "" : obeyedWords("Originals kept, apart", kept.rows, kept.all)}
    </p>
    ${partsChart({
      title: "Phrases that responses obey, written anew by tag, and originals kept",
      things: "phrases",
      kinds: obedienceKinds,
      bars: bars.map(([bar, { obeyed, violated, notApplicable, unparsed }]) => ({
        name: bar,
        counts: [obeyed, violated, notApplicable, unparsed],
      })),
    })}`;
}

/** Originals that were kept, if there are any. */
function keptOf({ kept }: PhraseFigures): PhraseFigures["kept"] {
  return kept === null || kept.rows === 0 ? null : kept;
}

function knowledge({ calibration }: PhraseFigures): Markup {
  if (calibration === null) return nothing;
  return table({
    caption: "What the judge knows of obedience, by its answers on another row's phrases",
    isFirstWide: true,
    columns: [{ name: "Figure" }, { name: "Value" }],
    rows: calibrationFigures(calibration),
  });
}

function obeyedWords(what: string, rows: number, { obeyed, violated, obeyedRate }: Obedience): string {
  return `${what}: ${estimated(obeyedRate)} of ${counted(obeyed + violated, "phrase that applies", "phrases that apply")} obeyed, in ${counted(rows, "row")}.`;
}

function obedienceTable(phrases: PhraseFigures): Markup {
  const { all, rows } = phrases;
  const kept = keptOf(phrases);
  const line = (of: string, { obeyed, violated, notApplicable, unparsed, obeyedRate }: Obedience): string[] => [
    of,
    thousands(obeyed),
    thousands(violated),
    thousands(notApplicable),
    thousands(unparsed),
    estimated(obeyedRate),
  ];
  return table({
    caption: `Phrases obeyed, over ${counted(rows, "row")} written anew`,
    columns: [
      { name: "Tag" },
      { name: "Obeyed", isNumber: true },
      { name: "Violated", isNumber: true },
      { name: "Not applicable", isNumber: true },
      { name: "Unparsed", isNumber: true },
      { name: "Obeyed of those that apply", isNumber: true },
    ],
    rows: [
      line("All tags", all),
      ...Object.entries(phrases.tags).map(([tag, figures]) => line(tag, figures)),
      ...(kept === null ? [] : [line(`Originals kept (${counted(kept.rows, "row")})`, kept.all)]),
    ],
  });
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
