import { z } from "zod";
import type { Message } from "../../records/message.ts";
import { isColumns, kindOf, otherColumns, inOrderOf, readColumns, RowError, textIn, type Columns } from "./format.ts";
import { readRole } from "./roles.ts";

const part = z.looseObject({ type: z.string().optional() });
const mediaType = /image|img|audio|video|file|document/i;
const textKeys = ["text", "value", "content"] as const;

/**
 * Reads one OpenAI chat message. Its content is a string or a list of text parts, and may be null
 * or missing beside `tool_calls` or `function_call`. The message's other keys become `extra`.
 * @param index Position in the list from 0, for error messages.
 * @throws RowError when the value is not such a message.
 */
export function readChatMessage(value: unknown, index: number): Message {
  if (!isColumns(value)) {
    throw new RowError("wrong-type", `message ${index + 1}: expected an object with role and content, found ${kindOf(value)}`);
  }
  const role = textIn(value, "role");
  if (role === undefined) throw new RowError("missing-column", `message ${index + 1}: expected a role, found nothing`);
  const { content } = value;
  if (content == null && value["tool_calls"] == null && value["function_call"] == null) {
    throw new RowError("missing-column", `message ${index + 1}: expected content, found ${content === null ? "null" : "nothing"}`);
  }
  const message = { role: readRole(role), content: textOf(content ?? "") };
  const extra = otherColumns(value, ["role", "content"]);
  return Object.keys(extra).length > 0 ? { ...message, extra } : message;
}

/**
 * Writes one OpenAI chat message. Role name, content parts and order of keys are taken from `like`.
 */
export function writeChatMessage({ role, content, extra }: Message, like?: Columns): Columns {
  const likeRole = like?.["role"];
  const name = typeof likeRole === "string" && readRole(likeRole) === role ? likeRole : role;
  const written = {
    role: name,
    ...(like !== undefined && !("content" in like) && content === "" ? {} : { content: contentLike(content, like?.["content"]) }),
    ...extra,
  };
  return inOrderOf(like, written);
}

function contentLike(content: string, like: unknown): unknown {
  if (like === undefined || typeof like === "string") return content;
  if (like === null) return content === "" ? null : content;
  if (!Array.isArray(like)) return content;
  if (textOf(like) === content) return like;
  const [first] = z.array(part).parse(like);
  const key = textKeys.find((name) => typeof first?.[name] === "string") ?? "text";
  return [{ type: "text", [key]: content }];
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const parts = readColumns(z.object({ content: z.array(part) }), { content }).content;
  return parts
    .map((piece) => {
      if (piece.type !== undefined && mediaType.test(piece.type))
        throw new RowError("not-text", `expected text parts, found a part of type "${piece.type}"`);
      const text = textKeys.map((key) => piece[key]).find((value) => value != null);
      if (typeof text === "string") return text;
      throw new RowError("not-text", `expected text parts, found a part of type "${piece.type ?? "unknown"}"`);
    })
    .join("");
}
