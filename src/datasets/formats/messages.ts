import { readChatMessage, writeChatMessage } from "./chat-message.ts";
import { conversationIn } from "./conversation.ts";
import { given, isColumns, kindOf, RowError, type Format } from "./format.ts";
import { systemPlace } from "./system-column.ts";
import { listIn, listLike, writeTurns } from "./turn-list.ts";

/**
 * Conversational rows of OpenAI and TRL (https://huggingface.co/docs/trl/dataset_formats), with
 * `messages` of role and content. The list may also be JSON text.
 */
export const messages: Format = {
  name: "messages",
  columns: "messages: [{role, content}, ...]",
  fits: (row) => {
    const list = listIn(row["messages"]);
    const first = list?.[0];
    return list !== undefined && (first === undefined || (isColumns(first) && typeof first["role"] === "string"));
  },
  read(row) {
    const list = listIn(row["messages"]);
    if (list === undefined)
      throw new RowError("wrong-type", `column "messages": expected a list, found ${kindOf(row["messages"] ?? null)}`);
    return conversationIn(row, ["messages"], list.map(readChatMessage));
  },
  write(conversation, like) {
    const list = like === undefined ? undefined : listIn(like["messages"]);
    const before = list === undefined ? undefined : { list, messages: list.map(readChatMessage) };
    const place = systemPlace(conversation.messages, like, before?.messages);
    const turns = writeTurns(place.messages, before, writeChatMessage);
    return { ...like, messages: listLike(turns, like?.["messages"]), ...given({ ...place.columns, tools: conversation.tools }) };
  },
};
