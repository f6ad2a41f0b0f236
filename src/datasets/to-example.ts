import type { Example } from "../records/example.ts";
import { isMasked, isResponse, isToolCall, type Message } from "../records/message.ts";
import { isToolCallText, offersTools } from "../records/tools.ts";
import { refuseMedia } from "./columns/media.ts";
import { refuseRejected } from "./columns/rejected-answer.ts";
import { staleColumns, withoutColumns } from "./columns/stale-columns.ts";
import { splitSystem } from "./formats/conversation.ts";
import { RowError, isColumns, kindOf, type Columns, type Format } from "./formats/format.ts";

const idColumns = ["id", "question_id", "conversation_id", "prompt_id", "uuid"] as const;

/**
 * Makes an example of a row's value.
 * @throws RowError when the value does not hold a conversation of instructions and responses. The
 * error's `reason` says why.
 */
export function toExample(place: Pick<Example, "id" | "line">, value: unknown, format: Format): Example {
  if (!isColumns(value)) throw new RowError("wrong-type", `expected an object with ${format.columns}, found ${kindOf(value)}`);
  refuseRejected(value);
  const { messages, tools, columns: others } = format.read(value);
  const split = splitSystem(messages);
  const turns = split.turns.every(isWellFormed) ? split.turns : split.turns.map(wellFormed);
  const example: Mutable<Example> = { id: place.id, line: place.line, messages: turns, columns: others };
  if (split.system !== undefined) example.systemMessage = split.system;
  if (tools !== undefined) example.tools = tools;
  refuseMedia(value, turns);
  checkTurns(example);
  checkDepth(turns, tools, others);
  example.columns = withoutColumns(others, staleColumns(others, turns));
  return example;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Refuses values that are nested too deeply for `JSON.stringify`. Carried-through values must be
 * written again, so they are refused here, before anything is paid.
 * @throws RowError with the reason `nested-too-deeply`.
 */
function checkDepth(turns: readonly Message[], tools: unknown, columns: Columns): void {
  const isNested = (value: unknown): boolean => typeof value === "object" && value !== null;
  if (!isNested(tools) && !Object.values(columns).some(isNested) && turns.every(({ extra }) => extra === undefined)) return;
  try {
    JSON.stringify([tools, columns, turns]);
  } catch (error) {
    if (error instanceof RangeError)
      throw new RowError("nested-too-deeply", "its lists or objects are nested too deeply to be written again");
    throw error;
  }
}

/** False when the text holds a lone surrogate, which UTF-8 cannot encode. */
function isWellFormed({ content }: Message): boolean {
  return content.isWellFormed();
}

function wellFormed(message: Message): Message {
  return { ...message, content: message.content.toWellFormed() };
}

/** The row's own id. Undefined when it has none. */
export function idOf(row: unknown): string | undefined {
  if (!isColumns(row)) return undefined;
  for (const name of idColumns) {
    const id = row[name];
    if (typeof id === "string" && id.trim() !== "") return id.toWellFormed();
    if (typeof id === "number" && Number.isFinite(id)) return String(id);
  }
  return undefined;
}

/**
 * Checks the order of turns. A user turn comes first, user and assistant alternate with tool calls
 * and their results in between, and a response comes last. Only tool results and tool calls may be
 * empty.
 * @throws RowError for any other order.
 */
function checkTurns(example: Example): void {
  const { messages: turns } = example;
  const isCall = (turn: Message): boolean =>
    isToolCall(turn) || (turn.role === "assistant" && isToolCallText(turn.content, () => offersTools(example)));
  if (!turns.some((turn) => turn.role === "user")) throw new RowError("no-instruction", "expected a user message, found none");
  if (!turns.some(isResponse)) throw new RowError("no-response", "expected an assistant message, found none");
  if (turns.filter(isResponse).every(isMasked)) throw new RowError("all-masked", "every assistant message is kept out of the loss");
  if (turns[0]?.role === "assistant") throw new RowError("assistant-first", "expected a user message first, found an assistant message");
  turns.forEach((turn, index) => {
    const before = turns[index - 1];
    if (!follows(before, turn, isCall)) {
      throw new RowError(
        "turn-order",
        `message ${index + 1}: found ${turn.role} after ${before?.role ?? "the beginning"}, where user and assistant should take turns`,
      );
    }
    if (turn.content.trim() !== "" || isToolCall(turn) || turn.role === "tool") return;
    const reason = turn.role === "user" ? "empty-instruction" : "empty-response";
    throw new RowError(reason, `message ${index + 1} (${turn.role}) is empty`);
  });
  const last = turns.at(-1);
  if (last && !isResponse(last))
    throw new RowError("no-response", `expected a response at the end, found a ${isToolCall(last) ? "tool call" : last.role} message`);
}

/** Whether a turn may come after another, or at the beginning when `before` is undefined. */
function follows(before: Message | undefined, turn: Message, isCall: (turn: Message) => boolean): boolean {
  if (turn.role === "system") return false;
  if (turn.role === "user") return before === undefined || isResponse(before);
  if (turn.role === "tool") return before !== undefined && (before.role === "tool" || isCall(before));
  return before !== undefined && (before.role === "user" || before.role === "tool" || (isCall(turn) && before.role === "assistant"));
}
