import { z } from "zod";
import { isToolCall, toolCallsOf, type Message } from "../../records/message.ts";
import { conversationIn } from "./conversation.ts";
import { given, inOrderOf, isColumns, kindOf, RowError, type Columns, type Format } from "./format.ts";
import { readRole } from "./roles.ts";
import { systemPlace } from "./system-column.ts";
import { listIn, listLike, writeTurns } from "./turn-list.ts";

const lists = ["conversations", "conversation", "dialog"] as const;

/**
 * ShareGPT's turns of `from` and `value`. Also reads `role` and `content`, mixtures of both, and
 * the turns `function_call` and `observation` of LLaMA-Factory.
 */
export const sharegpt: Format = {
  name: "sharegpt",
  columns: "conversations: [{from, value}, ...]",
  fits: (row) => {
    const first = turnsOf(row)?.list[0];
    return isColumns(first) && !("input" in first && "output" in first);
  },
  read(row) {
    const turns = turnsOf(row);
    if (turns === undefined) throw new RowError("missing-column", 'column "conversations": expected a list of turns, found none');
    return conversationIn(row, [turns.name], turns.list.map(readTurn));
  },
  write(conversation, like) {
    const own = like === undefined ? undefined : turnsOf(like);
    const before = own === undefined ? undefined : { list: own.list, messages: own.list.map(readTurn) };
    const place = systemPlace(conversation.messages, like, before?.messages);
    const turns = writeTurns(place.messages, before, writeTurn);
    const name = own?.name ?? "conversations";
    return { ...like, [name]: listLike(turns, like?.[name]), ...given({ ...place.columns, tools: conversation.tools }) };
  },
};

function turnsOf(row: Columns): { name: string; list: readonly unknown[] } | undefined {
  for (const name of lists) {
    const list = listIn(row[name]);
    if (list !== undefined) return { name, list };
  }
  return undefined;
}

function readTurn(value: unknown, index: number): Message {
  if (!isColumns(value)) {
    throw new RowError("wrong-type", `turn ${index + 1}: expected an object with from and value, found ${kindOf(value)}`);
  }
  const { from, role, value: text, content, ...extra } = value;
  const speaker = from ?? role;
  const words = text ?? content;
  if (typeof speaker !== "string")
    throw new RowError("missing-column", `turn ${index + 1}: expected a speaker in "from", found ${kindOf(speaker ?? null)}`);
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

function writeTurn(message: Message, like: Columns | undefined): Columns | Columns[] {
  const speakerKey = like !== undefined && like["from"] == null ? "role" : "from";
  const textKey = like !== undefined && like["value"] == null ? "content" : "value";
  const speaker = like?.[speakerKey];
  if (isToolCall(message)) {
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
