import { Step, type StepContext } from "../../phases/step.ts";
import { pairConstraint, pairMessages, pairOutputTokens, readPair, type JudgeMode, type PairReply, type Slot } from "./pair-question.ts";
import { phrasesConstraint, phrasesMessages, phrasesOutputTokens, readPhrases, type PhraseReply } from "./phrases-question.ts";
import { judgePair, judgePhrases } from "./purposes.ts";
import { temperatureOf } from "./reply-parts.ts";
import type { JudgedOrder, JudgedPair, ObeyedPhrase } from "./row-verdicts.ts";
import type { Subject } from "./subject.ts";

/** What is needed to ask a judge. Each question has its own purpose. */
export type AskContext = Omit<StepContext, "purpose">;

export interface AskOptions {
  /**
   * Most tokens of one reply, reasoning of the model included. Undefined means as many as the
   * reasons and verdicts need.
   */
  readonly maxOutputTokens: number | undefined;
}

/**
 * Asks question 1 in both orders. Orders that disagree are a tie, as in MT-Bench (arXiv 2306.05685,
 * section 3.4). Responses of the same text are a tie, and nobody is asked. A reply that cannot be
 * read is asked for again within the budget.
 * @throws ModelError when a call brought no reply.
 */
export async function askPair(subject: Subject, mode: JudgeMode, options: AskOptions, context: AskContext): Promise<JudgedPair> {
  if (subject.original.response.trim() === subject.new.response.trim()) return { verdict: "tie", agreement: "identical", orders: [] };
  const orders: JudgedOrder[] = [];
  for (const first of ["original", "new"] as const) {
    const { slot, reason } = await askOrder(subject, first, mode, options, context);
    orders.push({ first, verdict: slot === undefined ? "unparsed" : whose(slot, first), reason });
  }
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
 * Asks question 2. Phrases whose verdict cannot be read are asked about again within the budget.
 * Then they are `unparsed`.
 * @throws ModelError when a call brought no reply.
 */
export async function askPhrases(subject: Subject, options: AskOptions, context: AskContext): Promise<ObeyedPhrase[]> {
  const { phrases } = subject;
  const { maxOutputTokens = phrasesOutputTokens(subject) } = options;
  const step = new Step({ ...context, purpose: judgePhrases });
  const messages = phrasesMessages(subject, context.model.outputForm);
  const constraint = phrasesConstraint(subject);
  let replies: PhraseReply[] = phrases.map(() => ({ verdict: "unparsed", reason: "" }));
  for (let attempt = 0; ; attempt++) {
    const read = readPhrases(
      (await step.ask(messages, { temperature: temperatureOf(attempt), maxOutputTokens }, { constraint })).text,
      subject,
    );
    replies = replies.map((known, index) => (known.verdict === "unparsed" ? (read[index] ?? known) : known));
    if (replies.every(({ verdict }) => verdict !== "unparsed") || !step.mayAskAgain()) break;
  }
  return phrases.map(({ tag, text }, index) => ({ tag, text, verdict: "unparsed", reason: "", ...replies[index] }));
}
