import { sharedHead } from "../../models/messages-json.ts";
import type { ChatMessage, Question } from "../../models/model.ts";
import { fence, transcript } from "../../phases/prompts/fence.ts";
import { dataRule, shownHistory } from "./reply-parts.ts";
import type { Subject, SubjectPhrase } from "./subject.ts";

const instructions = `You check whether a response of an AI assistant obeys its system message, one phrase at a time. You see the conversation, the response and one phrase of the system message.

Yes means that the response does what the phrase asks, or is as the phrase says it is to be.
No means that the response does not do it although it could have, or goes against it.
Irrelevant means that this conversation gives no occasion for it, or that no response could show whether it was obeyed.

Judge by the response alone: how good it is otherwise does not matter.

${dataRule}`;

const head = sharedHead([{ role: "system", content: instructions }]);

/**
 * What all questions about the phrases of a row begin with. The judge sees the new response at the
 * end of its conversation. It sees no verdict and no other phrase.
 */
export function obedienceMessages({ new: { history, response } }: Pick<Subject, "new">): ChatMessage[] {
  const parts = [fence("conversation", transcript(history, shownHistory)), fence("response", response)];
  return [...head, { role: "user", content: `${parts.join("\n\n")}\n\n` }];
}

/** In the order of `Answer`. They mean obeyed, violated and not applicable. */
const labels = ["Yes", "No", "Irrelevant"] as const;

/** Question 2, whether the response obeys one phrase. */
export function obedienceQuestion({ tag, text }: SubjectPhrase): Question {
  return { text: `${fence("phrase", `${tag}: ${text}`)}\n\nDoes the response obey this phrase? Answer Yes, No or Irrelevant.`, labels };
}

/** Tokens that an answer in words needs. Thoughts are not included. */
export const obedienceOutputTokens = 64;
