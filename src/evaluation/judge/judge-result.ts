import { uncalibrated, type Calibration } from "../../phases/calibration.ts";
import { promptHash } from "../../phases/prompts/hashes.ts";
import type { Tag } from "../../records/system-message/phrase.ts";
import type { Usage } from "../../records/usage.ts";
import { agreementOf } from "./agreement.ts";
import { drawsFor } from "../../statistics/bootstrap.ts";
import type { JudgeConfig } from "./config.ts";
import type { DrawnRows } from "./draw-rows.ts";
import { pairFigures } from "./pair-figures.ts";
import { pairMessages } from "./pair-question.ts";
import { phraseFigures } from "./phrase-figures.ts";
import { obedienceMessages, obedienceQuestion } from "./phrase-question.ts";
import type { JudgeFigures, JudgeResult } from "./result.ts";
import { failuresOf, isAnswered, pairOf, phrasesOf, type RowVerdicts } from "./row-verdicts.ts";
import type { Subject } from "./subject.ts";

/** Calls and tokens of a judge's replies, whenever they were paid. */
export interface JudgeSpending extends Usage {
  readonly calls: number;
}

export interface JudgeResultOptions {
  readonly config: JudgeConfig;
  /** The model that wrote the responses. */
  readonly generator: string;
  /** The run's tags in canonical order. */
  readonly tags: readonly Tag[];
  readonly rows: Pick<DrawnRows, "done" | "drawn">;
  /** Verdicts on the rows that were begun, under the judges' lines. */
  readonly verdicts: readonly RowVerdicts[];
  readonly judges: readonly { readonly model: { readonly name: string }; readonly spent: JudgeSpending }[];
  /** Of each judge. */
  readonly calibrations: readonly Calibration[];
  readonly state: JudgeResult["state"];
  readonly stoppedBy: string | undefined;
}

/** All figures of a judging. They follow from the arguments alone. */
export function resultOf({
  config,
  generator,
  tags,
  rows,
  verdicts,
  judges,
  calibrations,
  state,
  stoppedBy,
}: JudgeResultOptions): JudgeResult {
  const { mode, sample, seed } = config;
  const draws = drawsFor(verdicts.length);
  const options = { draws, seed };
  const figures = judges.map(({ model, spent }, place): JudgeFigures => {
    const judged = verdicts.flatMap((row) => {
      const verdict = row.judges[place];
      return verdict === undefined ? [] : [{ row, verdict }];
    });
    const answered = judged.filter(({ verdict }) => isAnswered(verdict, mode)).length;
    const failures = judged.map(({ verdict }) => failuresOf(verdict));
    const failed = failures.filter((list) => list.length > 0).length;
    const pairs = judged.flatMap(({ row, verdict }) => {
      const pair = pairOf(verdict);
      return pair === undefined ? [] : [{ pair, lengths: row.lengths }];
    });
    return {
      model: model.name,
      isGenerator: model.name === generator,
      rows: { judged: answered, failed, left: rows.drawn - answered - failed },
      failures: counted(failures.flat().map((failure) => failure.failed)),
      pair: pairFigures(pairs, options),
      phrases:
        mode === "system-hidden"
          ? null
          : phraseFigures(
              judged.flatMap(({ row: { origin }, verdict }) => {
                const phrases = phrasesOf(verdict);
                return phrases === undefined ? [] : [{ phrases, origin }];
              }),
              calibrations[place] ?? uncalibrated,
              { ...options, tags },
            ),
      tokens: { calls: spent.calls, inputTokens: spent.inputTokens, outputTokens: spent.outputTokens },
    };
  });
  return {
    version: 2,
    mode,
    state,
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
    generator,
    sample: { done: rows.done, wanted: sample, drawn: rows.drawn, seed },
    bootstrap: { draws, confidence: 0.95 },
    prompts: {
      pair: promptHash(pairMessages(fixed, "original", mode, "tagged")),
      phrases: mode === "system-hidden" ? null : promptHash([obedienceMessages(fixed), fixed.phrases.map(obedienceQuestion)]),
    },
    judges: figures,
    agreement: agreementOf(verdicts, options),
  };
}

const history = [{ role: "user", content: "Q" }] as const;
/** A fixed subject. The hash of its prompts changes when a prompt changes. */
const fixed: Subject = {
  id: "",
  source: "",
  systemMessage: "S",
  phrases: [{ tag: "Task", text: "T" }],
  origin: "new",
  original: { history, response: "A" },
  new: { history, response: "A'" },
};

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
