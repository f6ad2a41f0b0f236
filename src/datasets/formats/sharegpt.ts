import { z } from "zod";
import type { Message } from "../../records/message.ts";
import { RowError, isColumns, kindOf, readColumns, readRole, withSystem, type Columns, type Format } from "./format.ts";

const lists = ["conversations", "conversation", "dialog"] as const;
const schema = z.looseObject({ system: z.string().nullish(), tools: z.unknown().optional() });

/** ShareGPT's turns: `from`/`value`, also `role`/`content` and mixtures; LLaMA-Factory's `function_call` and `observation`. */
export const sharegpt: Format = {
  name: "sharegpt",
  columns: "conversations: [{from, value}, ...]",
  fits: (row) => {
    const turns = turnsOf(row);
    const first = turns?.[0];
    return isColumns(first) && !("input" in first && "output" in first);
  },
  read(row) {
    const turns = turnsOf(row);
    if (turns === undefined) throw new RowError("missing-column", 'column "conversations": expected a list of turns, found none');
    const columns = readColumns(schema, row);
    const messages = turns.map(readTurn);
    return { messages: withSystem(columns.system, messages), ...(columns.tools == null ? {} : { tools: columns.tools }) };
  },
};

function turnsOf(row: Columns): readonly unknown[] | undefined {
  return lists.map((name) => row[name]).find((value) => Array.isArray(value));
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

/** `{"name": ..., "arguments": {...}}` becomes an OpenAI tool call, which trainers and chat templates read. */
function toolCall(text: string, extra: Columns): Message {
  let call: unknown;
  try {
    call = JSON.parse(text);
  } catch {
    call = undefined;
  }
  const parsed = z.object({ name: z.string(), arguments: z.unknown().optional() }).safeParse(call);
  const called = parsed.success
    ? { name: parsed.data.name, arguments: JSON.stringify(parsed.data.arguments ?? {}) }
    : { name: "unknown", arguments: text };
  return { role: "assistant", content: "", extra: { ...extra, tool_calls: [{ type: "function", function: called }] } };
}
