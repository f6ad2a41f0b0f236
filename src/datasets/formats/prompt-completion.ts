import { z } from "zod";
import type { Message } from "../../records/message.ts";
import { readChatMessage } from "./chat-message.ts";
import { hasAny, readColumns, withSystem, type Format } from "./format.ts";

const side = z.union([z.string(), z.array(z.unknown())]);
const schema = z.looseObject({ prompt: side, completion: side, system: z.string().nullish(), tools: z.unknown().optional() });

/** TRL's prompt-completion rows: both sides a string, or both a list of messages. */
export const promptCompletion: Format = {
  name: "prompt-completion",
  columns: "prompt, completion",
  fits: (row) => hasAny(row, ["prompt"]) && hasAny(row, ["completion"]),
  read(row) {
    const columns = readColumns(schema, row);
    const turns = [...readSide(columns.prompt, "user"), ...readSide(columns.completion, "assistant")];
    return { messages: withSystem(columns.system, turns), ...(columns.tools == null ? {} : { tools: columns.tools }) };
  },
};

function readSide(value: z.infer<typeof side>, role: "user" | "assistant"): Message[] {
  return typeof value === "string" ? [{ role, content: value }] : value.map(readChatMessage);
}
