import type { Message } from "../records/message.ts";
import { askQuestions, logOdds, type QuestionSettings } from "./ask-questions.ts";
import type { Obedience } from "./obedience.ts";
import { compareMessages, compareQuestion, obeyMessages, obeyQuestion } from "./prompts/response-questions.ts";
import type { StepContext } from "./step.ts";

/** A new response and what it is to obey. */
export interface CheckedResponse {
  /** The conversation before the response. */
  readonly history: readonly Message[];
  readonly response: string;
  readonly systemMessage: string;
}

/** Log-odds that a response follows its system message. @throws ModelError without a reply. */
export async function askObedience(
  { history, response, systemMessage }: CheckedResponse,
  settings: QuestionSettings,
  context: StepContext,
): Promise<number | undefined> {
  const [answer] = await askQuestions(obeyMessages(history, response), [obeyQuestion(systemMessage)], settings, context);
  return logOdds(answer);
}

/**
 * What a judge finds wrong with a new response. It does not follow its system message, or the
 * original does better what the user asks, whichever of the two is shown first.
 * @returns undefined if nothing is wrong, or no answer could be read
 * @throws ModelError when a call brought no reply.
 */
export async function checkResponse(
  checked: CheckedResponse & { readonly original: string },
  settings: QuestionSettings,
  context: StepContext,
  obedience: () => Promise<Obedience>,
): Promise<string | undefined> {
  const score = await askObedience(checked, settings, context);
  const { line } = await obedience();
  if (score !== undefined && score < line) return "the judge says that it does not follow the system message";
  const { history, response, original } = checked;
  const orders = [
    { messages: compareMessages(history, original, response), originalIs: 0 },
    { messages: compareMessages(history, response, original), originalIs: 1 },
  ];
  for (const { messages, originalIs } of orders) {
    const [answer] = await askQuestions(messages, [compareQuestion], settings, context);
    const [ofOriginal, ofNew] = [answer?.[originalIs], answer?.[1 - originalIs]];
    // The new response is worse only if both orders say so.
    if (ofOriginal === undefined || ofNew === undefined || ofOriginal <= ofNew) return undefined;
  }
  return "the judge says that the original answers the user better";
}
