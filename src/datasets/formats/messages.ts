import { z } from "zod";
import { withSystem, readColumns, type Format } from "./format.ts";
import { readChatMessage } from "./chat-message.ts";

const schema = z.looseObject({ messages: z.array(z.unknown()), system: z.string().nullish(), tools: z.unknown().optional() });

/** OpenAI's and TRL's conversational rows: `messages` of role and content. */
export const messages: Format = {
  name: "messages",
  columns: "messages: [{role, content}, ...]",
  fits: (row) => Array.isArray(row["messages"]),
  read(row) {
    const columns = readColumns(schema, row);
    const turns = columns.messages.map(readChatMessage);
    return { messages: withSystem(columns.system, turns), ...(columns.tools == null ? {} : { tools: columns.tools }) };
  },
};
