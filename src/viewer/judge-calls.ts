import { NotPaid } from "../estimate/from-journal.ts";
import { askObedience, askPair, type AskContext } from "../evaluation/judge/ask.ts";
import type { JudgeMode } from "../evaluation/judge/pair-question.ts";
import { judgeCalibration, judgePhrases } from "../evaluation/judge/purposes.ts";
import { foreignOf, type JudgedRow, type RowVerdicts } from "../evaluation/judge/row-verdicts.ts";
import { subjectOf } from "../evaluation/judge/subject.ts";
import { readExportedRow } from "../exports/exported-row.ts";
import { addressOf } from "../models/call-address.ts";
import type { Model, ModelReply } from "../models/model.ts";
import { callShape } from "./call-shape.ts";
import { uncalled } from "./recorded-calls.ts";
import type { CallShape } from "./wire-shapes.ts";

export interface JudgeCallsOptions {
  /** The row's line in dataset.jsonl. */
  readonly body: string;
  readonly said: readonly { readonly mode: JudgeMode; readonly verdicts: RowVerdicts }[];
  readonly reply: (address: string) => ModelReply | undefined;
}

/** How a judge may have been asked, which no file of the run says. The first is the most usual. */
const ways: readonly Pick<Model, "outputForm" | "questionsAtOnce">[] = [
  { outputForm: "tagged", questionsAtOnce: "one" },
  { outputForm: "tagged", questionsAtOnce: "all" },
  { outputForm: "json", questionsAtOnce: "one" },
  { outputForm: "json", questionsAtOnce: "all" },
];

/**
 * The calls of `sysgen judge` behind a row. The questions are asked again, and the journal answers.
 */
export async function judgeCalls({ body, said, reply }: JudgeCallsOptions): Promise<CallShape[]> {
  const subject = subjectOf(readExportedRow(body, undefined));
  const calls: CallShape[] = [];
  for (const { mode, verdicts } of said) {
    for (const judge of verdicts.judges) {
      const foreign = foreignOf(judge) ?? [];
      const found = [
        await foundCalls(judge, reply, (context) => askPair(subject, mode, usual, context)),
        judge.phrases === null
          ? []
          : await foundCalls(judge, reply, (context) => askObedience(subject, subject.phrases, judgePhrases, usual, context)),
        foreign.length === 0
          ? []
          : await foundCalls(judge, reply, (context) => askObedience(subject, foreign, judgeCalibration, usual, context)),
      ];
      calls.push(...found.flat());
    }
  }
  return calls;
}

/** Calls that were asked with another `--max-output-tokens` are not found. */
const usual = { maxOutputTokens: undefined };
const limits = { maxRetries: 12, maxReasks: 2 };

async function foundCalls(
  { model: name }: JudgedRow,
  reply: JudgeCallsOptions["reply"],
  ask: (context: AskContext) => Promise<unknown>,
): Promise<CallShape[]> {
  for (const way of ways) {
    const calls: CallShape[] = [];
    const model: Model = {
      ...uncalled({ name, ...way }),
      async call(call, { purpose }) {
        const paid = reply(addressOf(name, call));
        if (paid === undefined) throw new NotPaid();
        calls.push(callShape(purpose.name, name, call, paid));
        return paid;
      },
    };
    try {
      await ask({ model, signal: new AbortController().signal, ...limits, round: 0, seed: undefined, onUsage: () => undefined });
    } catch (error) {
      if (!(error instanceof NotPaid)) throw error;
    }
    if (calls.length > 0) return calls;
  }
  return [];
}
