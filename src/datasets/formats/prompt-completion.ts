import type { Message } from "../../records/message.ts";
import { readChatMessage, writeChatMessage } from "./chat-message.ts";
import { conversationIn, splitSystem } from "./conversation.ts";
import { promptOf, withoutParts, type Prompt } from "../columns/prompt-parts.ts";
import { given, hasAny, isColumns, kindOf, RowError, type Columns, type Format } from "./format.ts";
import { systemLike, systemPlace } from "./system-column.ts";
import { listIn, listLike, writeTurns } from "./turn-list.ts";

/**
 * Prompt-completion rows of TRL (https://huggingface.co/docs/trl/dataset_formats). Prompt and
 * completion are both strings or both lists of messages. Written without an original row of the
 * same length, the completion is the last message.
 */
export const promptCompletion: Format = {
  name: "prompt-completion",
  columns: "prompt, completion",
  fits: (row) => hasAny(row, ["prompt"]) && hasAny(row, ["completion"]),
  read(row) {
    const completion = readSide(row, "completion");
    const [prompt, ...more] = readSide(row, "prompt");
    if (messagesIn(row["prompt"]) !== undefined || prompt === undefined || more.length > 0)
      return conversationIn(row, ["prompt", "completion"], [...(prompt === undefined ? [] : [prompt, ...more]), ...completion]);
    const parts = partsOf(row, prompt.content);
    return conversationIn(row, ["completion", ...parts.columns], [{ ...prompt, content: parts.text }, ...completion]);
  },
  write(conversation, like) {
    const sides = like === undefined ? undefined : { prompt: readSide(like, "prompt"), completion: readSide(like, "completion") };
    const inList = sides && [...sides.prompt, ...sides.completion];
    const place = systemPlace(conversation.messages, like, inList);
    const { system, turns } = splitSystem(place.messages);
    const tools = given({ ...place.columns, tools: conversation.tools });
    const [user, assistant] = turns;
    const plain =
      typeof like?.["prompt"] === "string" && messagesIn(like["prompt"]) === undefined && typeof like["completion"] === "string";
    const own = plain && like !== undefined ? partsOf(like, String(like["prompt"])) : undefined;
    // Context and options stay columns of their own, so the system message becomes one too.
    const inColumn = own !== undefined && own.columns.length > 1;
    if (like !== undefined && own !== undefined && (system === undefined || inColumn) && turns.length === 2 && user && assistant) {
      const prompt = own.text === user.content ? {} : { ...withoutParts(like, own, "prompt"), prompt: user.content };
      return {
        ...like,
        ...prompt,
        completion: assistant.content,
        ...tools,
        ...(inColumn ? systemLike(splitSystem(conversation.messages).system, like ?? {}) : {}),
      };
    }
    const responses = sides !== undefined && inList?.length === place.messages.length ? sides.completion.length : 1;
    const side = (name: "prompt" | "completion", messages: readonly Message[]): unknown => {
      const list = like === undefined ? undefined : messagesIn(like[name]);
      return listLike(writeTurns(messages, list && sides && { list, messages: sides[name] }, writeChatMessage), list && like?.[name]);
    };
    const at = place.messages.length - responses;
    return {
      ...like,
      prompt: side("prompt", place.messages.slice(0, at)),
      completion: side("completion", place.messages.slice(at)),
      ...tools,
    };
  },
};

/** A list of messages. Text such as `[1, 2]` is a prompt of its own. */
function messagesIn(value: unknown): readonly unknown[] | undefined {
  const list = listIn(value);
  return Array.isArray(value) || isColumns(list?.[0]) ? list : undefined;
}

/** A prompt of text, with its context and options. */
function partsOf(row: Columns, prompt: string): Prompt {
  const { completion } = row;
  return promptOf(
    row,
    { column: "prompt", text: prompt },
    { column: "completion", text: typeof completion === "string" ? completion : "" },
  );
}

function readSide(row: Columns, name: "prompt" | "completion"): Message[] {
  const value = row[name];
  const list = messagesIn(value);
  if (list !== undefined) return list.map(readChatMessage);
  if (typeof value === "string") return [{ role: name === "prompt" ? "user" : "assistant", content: value }];
  const found = value === undefined ? "nothing" : kindOf(value);
  throw new RowError(
    value === undefined ? "missing-column" : "wrong-type",
    `column "${name}": expected text or a list of messages, found ${found}`,
  );
}
