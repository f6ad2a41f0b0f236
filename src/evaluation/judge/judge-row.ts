import { ModelError } from "../../errors.ts";
import type { Session } from "../../execution/open-session.ts";
import type { RunStop } from "../../execution/run-stop.ts";
import { CallWaits } from "../../models/call-waits.ts";
import type { Model } from "../../models/model.ts";
import { askObedience, askPair, type AskContext, type AskOptions } from "./ask.ts";
import type { Purpose } from "../../records/purpose.ts";
import type { JudgeMode } from "./pair-question.ts";
import { judgeCalibration, judgePhrases } from "./purposes.ts";
import type { RowToJudge } from "./foreign-phrases.ts";
import type { JudgedRow, QuestionFailure } from "./row-verdicts.ts";
import type { Subject } from "./subject.ts";

export interface JudgeRowOptions extends AskOptions {
  readonly model: Model;
  readonly mode: JudgeMode;
  readonly maxRetries: number;
  readonly maxReasks: number;
  readonly stop: RunStop;
  /** Told of a call that brought no reply. */
  readonly callFailed: Session["callFailed"];
  readonly onUsage: AskContext["onUsage"];
  /** Told of a question that waits for its reply. */
  readonly onWaits?: () => void;
}

/**
 * What one judge says of one row. A call that brought no reply is a failure of the question, and
 * nothing is thrown.
 */
export async function judgeRow(
  { subject, foreign }: Pick<RowToJudge, "subject" | "foreign">,
  options: JudgeRowOptions,
): Promise<JudgedRow> {
  const { model, mode } = options;
  const { maxRetries, maxReasks, stop, onUsage } = options;
  const context: AskContext = { model, signal: stop.calls, maxRetries, maxReasks, round: 0, seed: undefined, onUsage };
  // The questions are asked one after the other. Other rows keep the endpoints at work, and a crash
  // costs one call a row.
  const pair = await answerTo(() => askPair(subject, mode, options, context), options);
  const obedience = (phrases: Subject["phrases"], purpose: Purpose): Promise<JudgedRow["phrases"]> =>
    answerTo(() => askObedience(subject, phrases, purpose, options, context), options);
  return {
    model: model.name,
    pair,
    phrases: mode === "system-shown" ? await obedience(subject.phrases, judgePhrases) : null,
    foreign: foreign.length > 0 ? await obedience(foreign, judgeCalibration) : null,
  };
}

/**
 * The answer, or the question's failure. Null if judging was stopped before the answer, and while
 * the question waits for a reply.
 */
async function answerTo<T>(
  ask: () => Promise<T>,
  { model, stop, callFailed, onWaits }: JudgeRowOptions,
): Promise<T | QuestionFailure | null> {
  try {
    if (stop.fatal) throw stop.fatal;
    return await ask();
  } catch (error) {
    if (error instanceof CallWaits) {
      onWaits?.();
      return null;
    }
    if (error instanceof ModelError) {
      callFailed(error, model);
      return { failed: error.kind === "context-overflow" ? "too-long" : error.kind, detail: error.message };
    }
    if (stop.rows.aborted) return null;
    throw error;
  }
}
