import { sharedHead } from "../../models/messages-json.ts";
import type { ChatMessage, Question } from "../../models/model.ts";
import type { Phrase, StandardTag, Tag } from "../../records/system-message/phrase.ts";
import { perTagSet, type TagSet } from "../../records/system-message/tag-set.ts";
import { tagMeaning } from "./tag-guide.ts";

const meanings: Readonly<Record<StandardTag, string>> = {
  Role: "who the assistant is",
  Content: "what a response must contain",
  Task: "what the assistant is to do",
  Action: "how it works, such as steps or a method",
  Style: "tone and manner of its words",
  Background: "facts that it is told",
  Tool: "a program, library, device or data source to use",
  Format: "shape, length or order of the output",
};

const instructions = (
  tags: TagSet,
): string => `You read one line of a system message for an AI assistant and say what it is for. Answer with one word.

${tags.names.map((tag) => `${tag}: ${tagMeaning(tags, tag, meanings)}`).join("\n")}`;

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

const messagesFor = perTagSet((tags): readonly ChatMessage[] => {
  const own = tags.own.flatMap(({ name, example }): (typeof examples)[number][] => (example === undefined ? [] : [[example, name]]));
  const shown = [...examples.filter(([, tag]) => tags.names.includes(tag)), ...own];
  const shots = sharedHead([
    { role: "system", content: instructions(tags) },
    ...shown.flatMap(([line, tag]): ChatMessage[] => [
      { role: "user", content: `Line: ${line}` },
      { role: "assistant", content: tag },
    ]),
  ]);
  return [...shots, { role: "user", content: "" }];
});

/** Which functionality of the set a phrase serves. It is asked without the conversation. */
export function servesQuestion({ text }: Pick<Phrase, "text">, tags: TagSet): Question {
  return { messages: messagesFor(tags), text: `Line: ${text}`, labels: tags.names };
}
