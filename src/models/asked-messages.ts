import type { ChatMessage, ModelCall, Question } from "./model.ts";

/** The prompt of a question, with the question behind the last message. */
export function askedMessages({ messages: ofCall }: Pick<ModelCall, "messages">, { messages = ofCall, text }: Question): ChatMessage[] {
  const last = messages.at(-1);
  return last === undefined ? [] : [...messages.slice(0, -1), { ...last, content: last.content + text }];
}
