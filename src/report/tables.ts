import { headlines, lengthIn, scoreIn } from "./headlines.ts";
import { calibrationFigures } from "../phases/calibration-words.ts";
import { dollars, percent, plainDecimal, plainInterval, signed, thousands } from "../texts/number-text.ts";
import { paperFigures, paperTagShares } from "./paper-figures.ts";
import { judgedPhrases, labels } from "./verdict-labels.ts";
import type { Comparison, Report, ScoreFigures, Section, Summary } from "../analysis/report.ts";

/**
 * Figures as text, for Markdown and for the terminal. The first column holds names, the others
 * numbers.
 */
export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Places of the columns that a narrow terminal can do without. */
  readonly wide?: readonly number[];
}

const mostSources = 12;

/**
 * The tables of a report in the order in which they are read. Tables without a row are left out.
 */
export function tablesOf(report: Report): Table[] {
  const { overall, bySource, byTag, byTurn } = report;
  const tables = [
    outcomes(overall),
    phases(overall),
    paid(report),
    reasons(overall),
    tags(overall),
    wantedShares(report),
    calibrated(report),
    retagged(overall),
    counted("tags repaired", overall.messages.repairs),
    counted("pieces that the filter removed", overall.messages.faults),
    counted("why originals were kept, in rows", report.keptBy),
    counted("gates", Object.fromEntries(overall.messages.gates.map(({ gate, action, count }) => [`${gate}: ${action}`, count]))),
    answers(overall),
    scores(overall.responses),
    lengths(overall.responses),
    formats(overall.responses),
    diversity(overall),
    combinations(overall),
    bySourceTable(bySource, report.sourceFrom),
    group(
      "rows with a tag",
      byTag.map(({ tag, responses }) => [tag, responses]),
    ),
    byTurn.length < 2
      ? undefined
      : group(
          "by turn",
          byTurn.map(({ turn, andLater, responses }) => [andLater ? `${turn} and later` : String(turn), responses]),
        ),
  ];
  return tables.filter((table) => table !== undefined).filter(({ rows }) => rows.length > 0);
}

export function headlineTable(report: Report): Table {
  return { title: "headlines", header: ["", "", ""], rows: headlines(report).map(({ label, value, detail }) => [label, value, detail]) };
}

/** The paper's figures beside the run's own. */
export function paperTable({ overall, run }: Report): Table {
  const { rows, responses } = overall;
  const left = (phase: string): string => percent(rows.phases.find((counted) => counted.phase === phase)?.out ?? 0, rows.in);
  const outOfHundred = (score: ScoreFigures | undefined): string => plainDecimal(score?.summary ? 100 * score.summary.mean : null);
  const ratio = lengthIn(responses, "characters")?.ratioOfMeans;
  const inPercent = (tag: string, part: number): string => `${tag} ${Number((100 * part).toPrecision(2))}`;
  return {
    title: "beside the paper (arXiv 2502.11330)",
    header: ["", "after filter", "after judge", "ROUGE-1", "ROUGE-2", "ROUGE-L", "GLEU", "length ratio", "rows with each tag, %"],
    rows: [
      [
        `this run (${run.model})`,
        left("filter"),
        left("verify"),
        outOfHundred(scoreIn(responses, "rouge1", "rouge")),
        outOfHundred(scoreIn(responses, "rouge2", "rouge")),
        outOfHundred(scoreIn(responses, "rougeL", "rouge")),
        outOfHundred(scoreIn(responses, "gleu", "13a")),
        ratio == null ? "-" : ratio.toFixed(2),
        overall.messages.tags.map(({ tag, share: part }) => inPercent(tag, part)).join(", "),
      ],
      ...paperFigures.map(({ model, kept, rouge1, rouge2, rougeL, gleu, lengthRatio }, index) => [
        `paper, ${model}`,
        `${(100 * kept.filter).toFixed(1)}%`,
        `${(100 * kept.verify).toFixed(1)}%`,
        ...[rouge1, rouge2, rougeL, gleu].map((value) => value.toFixed(1)),
        lengthRatio.toFixed(2),
        index === 0
          ? Object.entries(paperTagShares)
              .map(([tag, part]) => inPercent(tag, part))
              .join(", ")
          : "",
      ]),
    ],
  };
}

/** Older reports do not tell rows written anew from others. */
function outcomes({ rows: { in: all, done, writtenAnew, originalKept, dropped, failed } }: Section): Table {
  const inDataset =
    writtenAnew === undefined || originalKept === undefined
      ? ([["in the dataset", done]] as const)
      : ([
          ["written anew", writtenAnew],
          ["original kept", originalKept],
        ] as const);
  return {
    title: "what became of the rows",
    header: ["outcome", "rows", "of all"],
    rows: [...inDataset, ["dropped", dropped] as const, ["failed", failed] as const].map(([name, count]) => [
      name,
      thousands(count),
      percent(count, all),
    ]),
  };
}

/** Money is of all calls of the run directory, those of `sysgen judge` too. */
function paid({ run: { calls, money } }: Report): Table {
  const sum = (of: (each: Report["run"]["calls"][number]) => number): number => calls.reduce((total, each) => total + of(each), 0);
  const lines = calls.map(({ phase, ...each }) => [phase, ...[each.calls, each.inputTokens, each.outputTokens].map(thousands)]);
  const all = [sum((each) => each.calls), sum((each) => each.inputTokens), sum((each) => each.outputTokens)];
  const spent = money === null || money === undefined ? "" : `, ${dollars({ value: money.spent, bar: 0 })} with those of sysgen judge`;
  return {
    title: `paid model calls${spent}`,
    header: ["phase", "calls", "tokens in", "tokens out"],
    rows: calls.length === 0 ? [] : [...lines, ["all", ...all.map(thousands)]],
  };
}

function phases({ rows }: Section): Table {
  return {
    title: "rows through the phases",
    header: ["phase", "in", "out", "stay", "of all"],
    rows: rows.phases.map((phase) => [
      phase.phase,
      thousands(phase.in),
      thousands(phase.out),
      percent(phase.out, phase.in),
      percent(phase.out, rows.in),
    ]),
  };
}

function reasons({ rows }: Section): Table {
  return {
    title: "rows not in the dataset",
    header: ["reason", "rows", "of all"],
    rows: rows.reasons.map(({ outcome, phase, reason, rows: count }) => [
      `${outcome} in ${phase}: ${reason}`,
      thousands(count),
      percent(count, rows.in),
    ]),
  };
}

function tags({ messages, rows }: Section): Table {
  return {
    title: "tags",
    header: ["tag", "rows", "of rows", "phrases", "words", ...labels],
    wide: [3],
    rows: messages.tags.map(({ tag, rows: withTag, phrases, words, verdicts }) => {
      const judged = judgedPhrases(verdicts);
      const of = (count: number): string => (count === 0 ? "0" : percent(count, judged));
      return [
        tag,
        thousands(withTag),
        percent(withTag, rows.done),
        thousands(phrases),
        mean(words),
        ...labels.map((label) => of(verdicts[label])),
      ];
    }),
  };
}

/** Wanted shares of tags, and what came of them. */
function wantedShares({ tagShares }: Report): Table {
  return {
    title: "wanted shares of tags",
    header: ["tag", "wanted", "got", "rows", "asked", "of them have it"],
    rows: tagShares.map(({ tag, wanted, share, rows, asked, kept }) => [
      tag,
      percent(wanted, 1),
      percent(share, 1),
      thousands(rows),
      thousands(asked),
      thousands(kept),
    ]),
  };
}

/** How well the judge tells a row's own phrases from foreign ones. */
function calibrated({ calibration, overall: { messages } }: Report): Table | undefined {
  if (calibration === null) return undefined;
  const { line, tagLines, messageLine, dropLine } = calibration;
  const lines = [["all tags", line] as const, ...Object.entries(tagLines)].map(([name, value]) => `${name} ${signed(value, 2)}`);
  return {
    title: "the judge's calibration",
    header: ["", ""],
    rows: [
      ...calibrationFigures(calibration),
      ["lines, log-odds", lines.join(", ")],
      ...(messageLine === undefined || dropLine === undefined
        ? []
        : [["a message's lines", `own from ${signed(messageLine, 2)}, its row dropped below ${signed(dropLine, 2)}`]]),
      [
        "scores, less the line",
        messages.scores
          ? `median ${signed(messages.scores.median)}, 5% to 95%: ${signed(messages.scores.p05)} to ${signed(messages.scores.p95)}`
          : "-",
      ],
      [
        "written again",
        `${thousands(messages.writtenAgain)} ${messages.writtenAgain === 1 ? "row" : "rows"}, as the message looked foreign`,
      ],
    ],
  };
}

function retagged({ messages }: Section): Table {
  return {
    title: "phrases that got another tag",
    header: ["written as", "serves", "phrases"],
    rows: messages.retagged.map(({ from, to, count }) => [from, to, thousands(count)]),
  };
}

function counted(title: string, counts: Readonly<Record<string, number>>): Table {
  return { title, header: ["kind", "count"], rows: Object.entries(counts).map(([name, count]) => [name, thousands(count)]) };
}

function answers({ messages }: Section): Table {
  const { checked, wrong, notChecked } = messages.answers;
  const counts = { checked, "wrong, and asked again or A kept": wrong, "could not be checked": notChecked };
  return counted("final answers, in rows", checked + wrong + notChecked === 0 ? {} : counts);
}

function scores(comparison: Comparison): Table {
  const { scores, responses } = comparison;
  // Scores of the Unicode tokenizer are beside the reference tokenizer's.
  const first = scores.filter(({ tokenizer }) => tokenizer !== "unicode");
  return {
    title: `A' against A (${thousands(responses)} ${responses === 1 ? "response" : "responses"})`,
    header: ["metric", "tokenizer", "mean", "95% interval", "median", "5% to 95%", "whole set", "unicode"],
    wide: [5],
    rows:
      responses === 0
        ? []
        : first.map(({ metric, label, tokenizer, summary, corpus }) => [
            label,
            tokenizer,
            mean(summary),
            plainInterval(summary?.interval),
            plainDecimal(summary?.median),
            summary ? `${plainDecimal(summary.p05)} to ${plainDecimal(summary.p95)}` : "-",
            corpus === null ? "" : plainDecimal(corpus),
            scoreIn(comparison, metric, "unicode") ? mean(scoreIn(comparison, metric, "unicode")?.summary) : "",
          ]),
  };
}

function lengths({ lengths, responses }: Comparison): Table {
  return {
    title: "length",
    header: ["unit", "mean A", "mean A'", "ratio of means", "95% interval", "median ratio", "5% to 95%"],
    wide: [6],
    rows:
      responses === 0
        ? []
        : lengths.map(({ unit, original, response, ratioOfMeans, ratioInterval, ratio }) => [
            unit,
            mean(original),
            mean(response),
            plainDecimal(ratioOfMeans),
            plainInterval(ratioInterval),
            plainDecimal(ratio?.median),
            ratio ? `${plainDecimal(ratio.p05)} to ${plainDecimal(ratio.p95)}` : "-",
          ]),
  };
}

function formats({ formats, responses }: Comparison): Table {
  return {
    title: "format",
    header: ["responses with", "A", "A'", "added", "lost"],
    rows:
      responses === 0
        ? []
        : formats
            .filter(({ neither }) => neither < responses)
            .map(({ label, both, onlyOriginal, onlyResponse }) => [
              label,
              percent(both + onlyOriginal, responses),
              percent(both + onlyResponse, responses),
              percent(onlyResponse, responses),
              percent(onlyOriginal, responses),
            ]),
  };
}

function diversity({ diversity }: Section): Table {
  const { distinct, compressionRatio, nearDuplicates, tagCombinations, copiedFromResponse, demonstrations, messages, differentMessages } =
    diversity;
  const rows = [
    ...(differentMessages === undefined
      ? []
      : [["different messages", percent(differentMessages, messages), thousands(differentMessages)]]),
    ...distinct.map(({ n, all, perThousand }) => [
      `distinct-${n}`,
      plainDecimal(all),
      perThousand === null ? "" : `${plainDecimal(perThousand)} a thousand messages`,
    ]),
    ["compression ratio (gzip)", plainDecimal(compressionRatio), "higher is more repetitive"],
    ...(nearDuplicates
      ? [
          [
            "near-duplicates",
            percent(nearDuplicates.messages, messages),
            `${thousands(nearDuplicates.clusters)} clusters, the largest of ${thousands(nearDuplicates.largest)}`,
          ],
        ]
      : []),
    ["tag combinations", thousands(tagCombinations.different), `${plainDecimal(tagCombinations.entropyBits)} bits of entropy`],
    [
      "copied from A",
      percent(copiedFromResponse.rows, messages),
      `rows with ${copiedFromResponse.atLeastWords} words in a row; the longest: ${thousands(copiedFromResponse.longest?.words ?? 0)}`,
    ],
    [
      "copied from demonstrations",
      percent(demonstrations.rows, messages),
      `rows; ${thousands(demonstrations.phrases)} phrases are one of theirs`,
    ],
  ];
  return {
    title: `diversity of ${thousands(messages)} system ${messages === 1 ? "message" : "messages"}`,
    header: ["", "", ""],
    rows: messages === 0 ? [] : rows,
  };
}

function combinations({ diversity }: Section): Table {
  return {
    title: "tag combinations",
    header: ["tags", "rows", "of rows"],
    rows: diversity.tagCombinations.top
      .slice(0, 6)
      .map(({ tags, rows, share: part }) => [tags.join(" "), thousands(rows), percent(part, 1)]),
  };
}

function bySourceTable(sources: Report["bySource"], from: string | null): Table {
  return {
    title: `by source (${from ?? "none"})`,
    header: ["source", "rows", "in dataset", "kept A", "phrases", "good", "ROUGE-L", "words A'/A", "distinct-2"],
    wide: [8],
    rows: sources.slice(0, mostSources).map(({ source, rows, messages, responses, diversity }) => {
      return [
        source.length > 40 ? `…${source.slice(-39)}` : source,
        thousands(rows.in),
        percent(rows.done, rows.in),
        rows.originalKept === undefined ? "-" : thousands(rows.originalKept),
        mean(messages.phrasesPerRow),
        percent(messages.verdicts.good, judgedPhrases(messages.verdicts)),
        mean(scoreIn(responses, "rougeL", "rouge")?.summary),
        plainDecimal(lengthIn(responses, "words")?.ratioOfMeans),
        plainDecimal(diversity.distinct.find(({ n }) => n === 2)?.all),
      ];
    }),
  };
}

function group(title: string, groups: readonly (readonly [string, Comparison])[]): Table {
  return {
    title: `A' against A, ${title}`,
    header: [title === "by turn" ? "turn" : "tag", "responses", "ROUGE-1", "ROUGE-L", "BLEU", "GLEU", "chrF2", "words A'/A"],
    wide: [4],
    rows: groups
      .filter(([, { responses }]) => responses > 0)
      .map(([name, comparison]) => [
        name,
        thousands(comparison.responses),
        mean(scoreIn(comparison, "rouge1", "rouge")?.summary),
        mean(scoreIn(comparison, "rougeL", "rouge")?.summary),
        mean(scoreIn(comparison, "bleu", "13a")?.summary),
        mean(scoreIn(comparison, "gleu", "13a")?.summary),
        mean(scoreIn(comparison, "chrf", "characters")?.summary),
        plainDecimal(lengthIn(comparison, "words")?.ratioOfMeans),
      ]),
  };
}

function mean(summary: Summary | null | undefined): string {
  return plainDecimal(summary?.mean);
}
