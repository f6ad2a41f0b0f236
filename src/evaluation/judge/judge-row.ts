import { ModelError } from "../../errors.ts";
import type { Session } from "../../execution/open-session.ts";
import type { RunStop } from "../../execution/run-stop.ts";
import type { Model } from "../../models/model.ts";
import { askPair, askPhrases, type AskContext, type AskOptions } from "./ask.ts";
import type { JudgeMode } from "./pair-question.ts";
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
}

/** What one judge says of one row. Never throws for a call that brought nothing: that is the question's failure. */
export async function judgeRow(subject: Subject, options: JudgeRowOptions): Promise<JudgedRow> {
  const { model, mode } = options;
  const { maxRetries, maxReasks, stop, onUsage } = options;
  const context: AskContext = { model, signal: stop.calls, maxRetries, maxReasks, round: 0, seed: undefined, onUsage };
  // One after the other: lanes keep the endpoints at work, and a crash costs one call a lane.
  const pair = await answerTo(() => askPair(subject, mode, options, context), options);
  const phrases = mode === "system-shown" ? await answerTo(() => askPhrases(subject, options, context), options) : null;
  return { model: model.name, pair, phrases };
}

/** Null when judging ended before the answer. */
async function answerTo<T>(ask: () => Promise<T>, { model, stop, callFailed }: JudgeRowOptions): Promise<T | QuestionFailure | null> {
  try {
    if (stop.fatal) throw stop.fatal;
    return await ask();
  } catch (error) {
    if (error instanceof ModelError) {
      callFailed(error, model);
      return { failed: error.kind === "context-overflow" ? "too-long" : error.kind, detail: error.message };
    }
    if (stop.rows.aborted) return null;
    throw error;
  }
}
