import { z } from "zod";
import type { Message } from "../../records/message.ts";
import { RowError, isColumns, kindOf, readColumns, type Columns } from "./format.ts";
import { readRole } from "./roles.ts";

const part = z.looseObject({ type: z.string().optional() });
const textKeys = ["text", "value", "content"] as const;
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

/** The message as an OpenAI chat message; role name, content parts and key order as in `like`. */
export function writeChatMessage({ role, content, extra }: Message, like?: Columns): Columns {
  const likeRole = like?.["role"];
  const name = typeof likeRole === "string" && readRole(likeRole) === role ? likeRole : role;
  const keepsKeys = name === likeRole ? like : undefined;
  return { ...keepsKeys, role: name, content: contentLike(content, like?.["content"]), ...extra };
}

function contentLike(content: string, like: unknown): unknown {
  if (like === undefined || typeof like === "string") return content;
  if (like === null) return content === "" ? null : content;
  const parts = z.array(part).safeParse(like);
  if (!parts.success) return content;
  if (textOf(parts.data) === content) return like;
  const key = textKeys.find((name) => typeof parts.data[0]?.[name] === "string") ?? "text";
  return [{ type: "text", [key]: content }];
}

function textOf(content: string | readonly z.infer<typeof part>[]): string {
  if (typeof content === "string") return content;
  return content
    .map((piece) => {
      const text = textKeys.map((key) => piece[key]).find((value) => value != null);
      if (typeof text === "string") return text;
      throw new RowError("not-text", `expected text parts, found a part of type "${piece.type ?? "unknown"}"`);
    })
    .join("");
}
