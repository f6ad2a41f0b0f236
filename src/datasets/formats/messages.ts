import { z } from "zod";
import { readChatMessage, writeChatMessage } from "./chat-message.ts";
import { withSystem } from "./conversation.ts";
import { given, otherColumns, readColumns, RowError, kindOf, type Format } from "./format.ts";
import { systemPlace } from "./system-column.ts";
import { listIn, listLike, writeTurns } from "./turn-list.ts";

const schema = z.looseObject({ messages: z.unknown().optional(), system: z.string().nullish(), tools: z.unknown().optional() });

/** OpenAI's and TRL's conversational rows: `messages` of role and content (also as JSON text). */
export const messages: Format = {
  name: "messages",
  columns: "messages: [{role, content}, ...]",
  fits: (row) => listIn(row["messages"]) !== undefined,
  read(row) {
    const columns = readColumns(schema, row);
    const list = listIn(columns.messages);
    if (list === undefined) throw new RowError("wrong-type", `column "messages": expected a list, found ${kindOf(columns.messages)}`);
    return {
      messages: withSystem(columns.system, list.map(readChatMessage)),
      ...(columns.tools == null ? {} : { tools: columns.tools }),
      columns: otherColumns(row, columns.tools == null ? ["messages", "system"] : ["messages", "system", "tools"]),
    };
  },
  write(conversation, like) {
    const list = like === undefined ? undefined : listIn(like["messages"]);
    const before = list === undefined ? undefined : { list, messages: list.map(readChatMessage) };
    const place = systemPlace(conversation.messages, like, before?.messages);
    const turns = writeTurns(place.messages, before, writeChatMessage);
    return { ...like, messages: listLike(turns, like?.["messages"]), ...given({ ...place.columns, tools: conversation.tools }) };
  },
};
