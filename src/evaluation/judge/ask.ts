import { CallWaits } from "../../models/call-waits.ts";
import { askQuestions } from "../../phases/ask-questions.ts";
import { Step, type StepContext } from "../../phases/step.ts";
import type { Purpose } from "../../records/purpose.ts";
import { pairConstraint, pairMessages, pairOutputTokens, readPair, type JudgeMode, type PairReply, type Slot } from "./pair-question.ts";
import { evenOdds, obedienceOf, underLines } from "./obedience.ts";
import { obedienceMessages, obedienceOutputTokens, obedienceQuestion } from "./phrase-question.ts";
import { judgePair } from "./purposes.ts";
import { temperatureOf } from "./reply-parts.ts";
import type { JudgedOrder, JudgedPair, ObeyedPhrase } from "./row-verdicts.ts";
import type { Subject, SubjectPhrase } from "./subject.ts";

/** What is needed to ask a judge. Each question has its own purpose. */
export type AskContext = Omit<StepContext, "purpose">;

export interface AskOptions {
  /**
   * Most tokens of one reply, reasoning of the model included. Undefined means as many as the
   * reasons and verdicts need.
   */
  readonly maxOutputTokens?: number | undefined;
  /** How often a question of obedience is asked whose answer has no probabilities. Default 1. */
  readonly votes?: number;
}

/**
 * Asks question 1 in both orders. Orders that disagree are a tie, as in MT-Bench (arXiv 2306.05685,
 * section 3.4). Responses of the same text are a tie, and nobody is asked. A reply that cannot be
 * read is asked for again within the budget.
 * @throws ModelError when a call brought no reply.
 * @throws CallWaits when an order waits for its reply.
 */
export async function askPair(subject: Subject, mode: JudgeMode, options: AskOptions, context: AskContext): Promise<JudgedPair> {
  if (subject.original.response.trim() === subject.new.response.trim()) return { verdict: "tie", agreement: "identical", orders: [] };
  const orders: JudgedOrder[] = [];
  let waiting: CallWaits | undefined;
  for (const first of ["original", "new"] as const) {
    try {
      const { slot, reason } = await askOrder(subject, first, mode, options, context);
      orders.push({ first, verdict: slot === undefined ? "unparsed" : whose(slot, first), reason });
    } catch (error) {
      if (!(error instanceof CallWaits)) throw error;
      // The other order waits together with this one, and not after it.
      waiting = error;
    }
  }
  if (waiting !== undefined) throw waiting;
  return { ...merged(orders), orders };
}

async function askOrder(
  subject: Subject,
  first: "original" | "new",
  mode: JudgeMode,
  { maxOutputTokens = pairOutputTokens }: AskOptions,
  context: AskContext,
): Promise<PairReply> {
  const step = new Step({ ...context, purpose: judgePair });
  const messages = pairMessages(subject, first, mode, context.model.outputForm);
  for (let attempt = 0; ; attempt++) {
    const reply = readPair(
      (await step.ask(messages, { temperature: temperatureOf(attempt), maxOutputTokens }, { constraint: pairConstraint })).text,
    );
    if (reply.slot !== undefined || !step.mayAskAgain()) return reply;
  }
}

function whose(slot: Slot, first: "original" | "new"): "original" | "new" | "tie" {
  if (slot === "tie") return "tie";
  const second = first === "original" ? "new" : "original";
  return slot === "first" ? first : second;
}

/** The verdict on a pair that follows from both orders. */
export function merged(orders: readonly Pick<JudgedOrder, "verdict">[]): Pick<JudgedPair, "verdict" | "agreement"> {
  const verdicts = orders.map(({ verdict }) => verdict);
  const [verdict = "unparsed"] = verdicts;
  if (verdicts.includes("unparsed")) return { verdict: "unparsed", agreement: "unparsed" };
  if (verdicts.every((other) => other === verdict)) return { verdict, agreement: "consistent" };
  return { verdict: "tie", agreement: verdicts.includes("tie") ? "tie-and-win" : "reversed" };
}

/**
 * Asks question 2 about each phrase on its own. No verdict is before the judge's eyes when it gives
 * another. The verdicts are those at even odds, until the judge's lines are known. A phrase whose
 * answer cannot be read is asked about again within the budget. Then it is `unparsed`.
 * @param purpose Whether the phrases are the row's own or another row's.
 * @throws ModelError when a call brought no reply.
 */
export async function askObedience(
  subject: Pick<Subject, "new">,
  phrases: readonly SubjectPhrase[],
  purpose: Purpose,
  { maxOutputTokens = obedienceOutputTokens, votes = 1 }: AskOptions,
  context: AskContext,
): Promise<ObeyedPhrase[]> {
  const settings = { temperature: 0, maxOutputTokens, votes };
  const questions = phrases.map(obedienceQuestion);
  const answers = await askQuestions(obedienceMessages(subject), questions, settings, { ...context, purpose });
  return underLines(
    phrases.map((phrase, index) => ({ ...phrase, verdict: "unparsed", ...obedienceOf(answers[index]) })),
    evenOdds,
  );
}
