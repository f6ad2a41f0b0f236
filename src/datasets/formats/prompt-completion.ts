import type { Message } from "../../records/message.ts";
import { readChatMessage, writeChatMessage } from "./chat-message.ts";
import { conversationIn, splitSystem } from "./conversation.ts";
import { given, hasAny, kindOf, RowError, type Columns, type Format } from "./format.ts";
import { systemPlace } from "./system-column.ts";
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
    return conversationIn(row, ["prompt", "completion"], [...readSide(row, "prompt"), ...readSide(row, "completion")]);
  },
  write(conversation, like) {
    const sides = like === undefined ? undefined : { prompt: readSide(like, "prompt"), completion: readSide(like, "completion") };
    const inList = sides && [...sides.prompt, ...sides.completion];
    const place = systemPlace(conversation.messages, like, inList);
    const { system, turns } = splitSystem(place.messages);
    const tools = given({ ...place.columns, tools: conversation.tools });
    const [user, assistant] = turns;
    const plain = typeof like?.["prompt"] === "string" && listIn(like["prompt"]) === undefined && typeof like["completion"] === "string";
    if (plain && system === undefined && turns.length === 2 && user && assistant)
      return { ...like, prompt: user.content, completion: assistant.content, ...tools };
    const responses = sides !== undefined && inList?.length === place.messages.length ? sides.completion.length : 1;
    const side = (name: "prompt" | "completion", messages: readonly Message[]): unknown => {
      const list = like === undefined ? undefined : listIn(like[name]);
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

function readSide(row: Columns, name: "prompt" | "completion"): Message[] {
  const value = row[name];
  const list = listIn(value);
  if (list !== undefined) return list.map(readChatMessage);
  if (typeof value === "string") return [{ role: name === "prompt" ? "user" : "assistant", content: value }];
  const found = value === undefined ? "nothing" : kindOf(value);
  throw new RowError(
    value === undefined ? "missing-column" : "wrong-type",
    `column "${name}": expected text or a list of messages, found ${found}`,
  );
}
