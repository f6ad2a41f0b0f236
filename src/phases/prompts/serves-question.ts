import { sharedHead } from "../../models/messages-json.ts";
import type { ChatMessage, Question } from "../../models/model.ts";
import { tags, type Phrase, type Tag } from "../../records/system-message/phrase.ts";

const instructions = `You read one line of a system message for an AI assistant and say what it is for. Answer with one word.

Role: who the assistant is
Content: what a response must contain
Task: what the assistant is to do
Action: how it works, such as steps or a method
Style: tone and manner of its words
Background: facts that it is told
Tool: a program, library, device or data source to use
Format: shape, length or order of the output`;

/** Lines that are no demonstrations of phase 1. Small models mix up some tags without examples. */
const examples: readonly (readonly [line: string, tag: Tag])[] = [
  ["You are a nurse.", "Role"],
  ["Use simple words.", "Style"],
  ["List three points.", "Format"],
  ["Add the numbers step by step.", "Action"],
  ["Use NumPy.", "Tool"],
  ["Mention the price.", "Content"],
  ["The shop closes at six.", "Background"],
  ["Answer questions about plants.", "Task"],
];

const shots: readonly ChatMessage[] = sharedHead([
  { role: "system", content: instructions },
  ...examples.flatMap(([line, tag]): ChatMessage[] => [
    { role: "user", content: `Line: ${line}` },
    { role: "assistant", content: tag },
  ]),
]);
const messages: readonly ChatMessage[] = [...shots, { role: "user", content: "" }];

/** Which functionality a phrase serves. It is asked without the conversation. */
export function servesQuestion({ text }: Pick<Phrase, "text">): Question {
  return { messages, text: `Line: ${text}`, labels: tags };
}
