import { ModelError } from "../../errors.ts";
import type { FatalEnd } from "../../execution/fatal-end.ts";
import type { Model } from "../../models/model.ts";
import type { PhaseContext } from "../../phases/step.ts";
import { askPair, askPhrases, type AskOptions } from "./ask.ts";
import type { JudgeMode } from "./pair-question.ts";
import type { JudgedRow, QuestionFailure } from "./row-verdicts.ts";
import type { Subject } from "./subject.ts";

export interface JudgeRowOptions extends AskOptions {
  readonly model: Model;
  readonly mode: JudgeMode;
  readonly maxRetries: number;
  readonly maxReasks: number;
  /** Once aborted no further call begins, and questions that need one are not answered. */
  readonly signal: AbortSignal;
  readonly end: FatalEnd;
  readonly hasReplied: (model: Model) => boolean;
  readonly onUsage: PhaseContext["onUsage"];
}

/** What one judge says of one row. Never throws for a call that brought nothing: that is the question's failure. */
export async function judgeRow(subject: Subject, options: JudgeRowOptions): Promise<JudgedRow> {
  const { model, mode } = options;
  const { maxRetries, maxReasks, end, onUsage } = options;
  const context: PhaseContext = { model, signal: end.calls, maxRetries, maxReasks, round: 0, seed: undefined, onUsage };
  // One after the other: lanes keep the endpoints at work, and a crash costs one call a lane.
  const pair = await answerTo(() => askPair(subject, mode, options, context), options);
  const phrases = mode === "system-shown" ? await answerTo(() => askPhrases(subject, options, context), options) : null;
  return { model: model.name, pair, phrases };
}

/** Null when judging ended before the answer. */
async function answerTo<T>(
  ask: () => Promise<T>,
  { model, signal, end, hasReplied }: JudgeRowOptions,
): Promise<T | QuestionFailure | null> {
  try {
    if (end.error) throw end.error;
    return await ask();
  } catch (error) {
    if (error instanceof ModelError) {
      end.consider(error, hasReplied(model));
      return { failed: error.kind === "context-overflow" ? "too-long" : error.kind, detail: error.message };
    }
    if (signal.aborted) return null;
    throw error;
  }
}
