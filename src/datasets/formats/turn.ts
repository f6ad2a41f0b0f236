import { z } from "zod";
import { isToolCall, toolCallsOf, type Message } from "../../records/message.ts";
import { readChatMessage } from "./chat-message.ts";
import { inOrderOf, isColumns, kindOf, otherColumns, RowError, type Columns } from "./format.ts";
import { readRole } from "./roles.ts";

/** Keys that name a turn's speaker and its words, the usual ones first. */
const speakerKeys = ["from", "role", "speaker", "author", "sender", "user"];
const textKeys = ["value", "content", "text", "utterance", "message", "body"];

function keyOf(turn: Columns, keys: readonly string[]): string {
  return keys.find((key) => turn[key] != null) ?? keys.find((key) => key in turn) ?? keys[0] ?? "";
}

/** Reads one turn of any of the layouts that `sharegpt` knows. @throws RowError when it is none. */
export function readTurn(value: unknown, index: number): Message {
  if (!isColumns(value)) {
    throw new RowError("wrong-type", `turn ${index + 1}: expected an object with from and value, found ${kindOf(value)}`);
  }
  const speakerKey = keyOf(value, speakerKeys);
  const textKey = keyOf(value, textKeys);
  const speaker = value[speakerKey];
  const words = value[textKey];
  const extra = otherColumns(value, [
    speakerKey,
    textKey,
    ...(value["role"] === null ? ["role"] : []),
    ...(value["content"] === null ? ["content"] : []),
  ]);
  if (typeof speaker !== "string")
    throw new RowError("missing-column", `turn ${index + 1}: expected a speaker in "from", found ${kindOf(speaker ?? null)}`);
  if (value["tool_calls"] != null || value["function_call"] != null || Array.isArray(words))
    return readChatMessage({ ...extra, role: speaker, content: words }, index);
  if (typeof words !== "string")
    throw new RowError("wrong-type", `turn ${index + 1}: expected text in "value", found ${kindOf(words ?? null)}`);
  if (speaker.toLowerCase() === "function_call") return toolCall(words, extra);
  return { role: readRole(speaker), content: words, ...(Object.keys(extra).length > 0 ? { extra } : {}) };
}

const call = z.object({ name: z.string(), arguments: z.unknown().optional() });

/**
 * Turns a `function_call` turn into OpenAI tool calls, which trainers and chat templates read. The
 * text is `{"name": ..., "arguments": {...}}` or a list of such objects. Any other text becomes the
 * arguments of a call named `unknown`.
 */
function toolCall(text: string, extra: Columns): Message {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  const calls = z
    .array(call)
    .min(1)
    .safeParse(Array.isArray(parsed) ? parsed : [parsed]);
  const called = calls.success
    ? calls.data.map(({ name, arguments: given = {} }) => ({ name, arguments: JSON.stringify(given) }))
    : [{ name: "unknown", arguments: text }];
  return {
    role: "assistant",
    content: "",
    extra: { ...extra, tool_calls: called.map((one) => ({ type: "function", function: one })) },
  };
}

const written = z.array(z.looseObject({ function: z.looseObject({ name: z.string(), arguments: z.unknown() }) }));
/** The role names of ShareGPT, and those of OpenAI, which some datasets use in the same layout. */
const names = { system: "system", user: "human", assistant: "gpt", tool: "observation" } as const;
const openaiNames = { system: "system", user: "user", assistant: "assistant", tool: "tool" } as const;

/** Writes one turn in the spelling of another one. */
export function writeTurn(message: Message, like: Columns | undefined): Columns | Columns[] {
  const speakerKey = like === undefined ? "from" : keyOf(like, speakerKeys);
  const textKey = like === undefined ? "value" : keyOf(like, textKeys);
  const speaker = like?.[speakerKey];
  if (isToolCall(message)) {
    if (like !== undefined && (like["tool_calls"] != null || like["function_call"] != null)) return like;
    if (speaker === "function_call" && like !== undefined) return like;
    const call = { [speakerKey]: "function_call", [textKey]: functionCall(message) };
    return message.content === "" ? call : [writeTurn({ role: "assistant", content: message.content }, like), call].flat();
  }
  const same = typeof speaker === "string" && speaker.toLowerCase() !== "function_call" && readRole(speaker) === message.role;
  const usual = typeof speaker === "string" && speaker in openaiNames ? openaiNames : names;
  return inOrderOf(like, { [speakerKey]: same ? speaker : usual[message.role], [textKey]: message.content, ...message.extra });
}

function functionCall(message: Message): string {
  const calls = written.safeParse(toolCallsOf(message));
  if (!calls.success) throw new RowError("tool-calls", "expected tool calls of a function with name and arguments, found another kind");
  const list = calls.data.map(({ function: { name, arguments: given } }) => ({
    name,
    arguments: typeof given === "string" ? parsedOr(given) : given,
  }));
  return JSON.stringify(list.length === 1 ? list[0] : list);
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
