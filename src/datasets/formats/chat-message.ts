import { z } from "zod";
import type { Message } from "../../records/message.ts";
import { RowError, isColumns, kindOf, readColumns, readRole } from "./format.ts";

const part = z.looseObject({ type: z.string().optional() });
const schema = z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(part)]).nullish() });

/** One OpenAI chat message: content as a string, as text parts, or null beside `tool_calls`. @throws RowError */
export function readChatMessage(value: unknown, index: number): Message {
  if (!isColumns(value)) {
    throw new RowError("wrong-type", `message ${index + 1}: expected an object with role and content, found ${kindOf(value)}`);
  }
  const { role, content, ...extra } = readColumns(schema, value);
  if (content == null && extra["tool_calls"] == null && extra["function_call"] == null) {
    throw new RowError("missing-column", `message ${index + 1}: expected content, found ${content === null ? "null" : "nothing"}`);
  }
  return { role: readRole(role), content: textOf(content ?? ""), ...(Object.keys(extra).length > 0 ? { extra } : {}) };
}

function textOf(content: string | readonly z.infer<typeof part>[]): string {
  if (typeof content === "string") return content;
  return content
    .map((piece) => {
      const text = piece["text"] ?? piece["value"] ?? piece["content"];
      if (typeof text === "string") return text;
      throw new RowError("not-text", `expected text parts, found a part of type "${piece.type ?? "unknown"}"`);
    })
    .join("");
}
