import { isToolCall, type Message } from "../../records/message.ts";
import { RowError, otherColumns, type Columns, type Conversation } from "./format.ts";
import { systemColumn, systemText } from "../columns/system-text.ts";

/** The two messages of an instruction and its response. */
export function pair(instruction: string, response: string): Message[] {
  return [
    { role: "user", content: instruction },
    { role: "assistant", content: response },
  ];
}

/** Puts a system message before the messages. An undefined or blank one is left out. */
export function withSystem(system: string | null | undefined, messages: readonly Message[]): Message[] {
  return system != null && system.trim() !== "" ? [{ role: "system", content: system }, ...messages] : [...messages];
}

/**
 * The conversation of a row that holds a list of turns. Its system column and `tools` are read too.
 * @param turnColumns The columns that the turns were read from.
 */
export function conversationIn(row: Columns, turnColumns: readonly string[], turns: readonly Message[]): Conversation {
  const tools = row["tools"] ?? undefined;
  const read = [...turnColumns, systemColumn(row), ...(tools === undefined ? [] : ["tools"])];
  return { messages: withSystem(systemText(row), turns), tools, columns: otherColumns(row, read) };
}

/**
 * Separates the system messages at the beginning from the turns after them. Several system messages
 * are joined by a blank line. `system` is undefined when all of them are blank.
 */
export function splitSystem(messages: readonly Message[]): { system: string | undefined; turns: readonly Message[] } {
  const first = messages.findIndex(({ role }) => role !== "system");
  if (first === 0) return { system: undefined, turns: messages };
  const end = first === -1 ? messages.length : first;
  const texts = messages.slice(0, end).map(({ content }) => content.toWellFormed().trim());
  return { system: texts.filter((text) => text !== "").join("\n\n") || undefined, turns: messages.slice(end) };
}

/**
 * The turns as instructions and their responses.
 * @throws RowError when there are tool calls, or turns that do not alternate. The formats that call
 * this hold only pairs.
 */
export function asPairs(turns: readonly Message[]): { instruction: string; response: string }[] {
  if (turns.some((turn) => turn.role === "tool" || isToolCall(turn)))
    throw new RowError("tool-calls", "the layout has no place for tool calls and their results");
  const pairs = [];
  for (let at = 0; at < turns.length; at += 2) {
    const [user, assistant] = [turns[at], turns[at + 1]];
    if (user?.role !== "user" || assistant?.role !== "assistant")
      throw new RowError("turn-order", "the layout holds pairs of an instruction and its response, and nothing else");
    pairs.push({ instruction: user.content, response: assistant.content });
  }
  return pairs;
}

/**
 * The only instruction and response of a conversation.
 * @throws RowError when there are more or none.
 */
export function onlyPair(turns: readonly Message[]): { instruction: string; response: string } {
  const [first, ...others] = asPairs(turns);
  if (first === undefined || others.length > 0)
    throw new RowError(
      "several-turns",
      `the layout holds one instruction and one response; the conversation has ${others.length + 1} of them`,
    );
  return first;
}

/** @throws RowError when there are tool definitions, for formats that cannot hold them. */
export function refuseTools(tools: unknown): void {
  if (tools !== undefined) throw new RowError("tool-calls", "the layout has no place for tool definitions");
}
