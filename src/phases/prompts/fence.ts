import { hash } from "node:crypto";
import type { Example } from "../../records/example.ts";
import { toolCallsOf, type Message } from "../../records/message.ts";
import { toolDefinitions } from "../../records/tools.ts";

/**
 * Puts a row's text between marks that the text does not hold. The prompt says that what stands
 * there is data. A mark is 16 hex digits of the text's own hash, so the same text always has the
 * same mark. It is drawn again while it stands in the text. Special tokens of chat templates are
 * broken up, so that a server's tokenizer reads them as text.
 */
export function fence(label: string, text: string): string {
  let mark = markOf(text);
  while (text.includes(mark)) mark = markOf(`${mark}${text}`);
  return `[${label} ${mark}]\n${text.replaceAll("<|", "<\u200b|").replaceAll("|>", "|\u200b>")}\n[end of ${label} ${mark}]`;
}

function markOf(text: string): string {
  return hash("sha256", text).slice(0, 16);
}

const speakers = { system: "System", user: "User", assistant: "Assistant", tool: "Tool" } as const;

/**
 * A conversation as text, one turn after another. A turn of more characters than its limit is
 * shortened in the middle. `assistantChars` is the limit of all turns that are not the user's.
 */
export function transcript(messages: readonly Message[], limits: { userChars: number; assistantChars: number }): string {
  return messages
    .map((message) => {
      const calls = message.role === "assistant" ? toolCallsOf(message) : undefined;
      const text = calls === undefined ? message.content : `${message.content}\n(calls a tool) ${JSON.stringify(calls)}`;
      const limit = message.role === "user" ? limits.userChars : limits.assistantChars;
      return `${speakers[message.role]}: ${shorten(text.trim(), limit)}`;
    })
    .join("\n\n");
}

/** Most characters that are shown of a row's tool definitions. */
const shownOfTools = 4_000;

/** An example as text, with the tools that it offers before its turns. */
export function exampleText(example: Example, limits: { userChars: number; assistantChars: number }): string {
  const tools = toolDefinitions(example);
  const text = transcript(example.messages, limits);
  return tools === undefined ? text : `Tools of the assistant: ${shorten(tools, shownOfTools)}\n\n${text}`;
}

function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = Math.floor(limit * 0.7);
  return `${text.slice(0, head)} [...] ${text.slice(text.length - (limit - head))}`.toWellFormed();
}
