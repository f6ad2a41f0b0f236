import type { Message } from "../../records/message.ts";
import { asPairs, conversationIn, refuseTools, splitSystem } from "./conversation.ts";
import { RowError, type Columns, type Format } from "./format.ts";
import { systemLike } from "./system-column.ts";
import { listIn } from "./turn-list.ts";

const lists = ["conversations", "conversation", "turns", "dialog", "dialogue", "data", "messages", "chat", "utterances"] as const;

/**
 * Lists of texts that alternate between user and assistant, as in LIMA and UltraChat. A system
 * message is written into the column `system`.
 */
export const turns: Format = {
  name: "turns",
  columns: "conversations: [text, ...]",
  fits: (row) => turnsOf(row) !== undefined,
  read(row) {
    const found = turnsOf(row);
    if (found === undefined) throw new RowError("missing-column", 'column "conversations": expected a list of texts, found none');
    return conversationIn(
      row,
      [found.name],
      found.list.map((content, index): Message => ({ role: index % 2 === 0 ? "user" : "assistant", content })),
    );
  },
  write({ messages, tools }, like) {
    refuseTools(tools);
    const { system, turns: now } = splitSystem(messages);
    const found = like === undefined ? undefined : turnsOf(like);
    const name = found?.name ?? "conversations";
    const list = asPairs(now).flatMap(({ instruction, response }) => [instruction, response]);
    return { ...like, [name]: typeof like?.[name] === "string" ? JSON.stringify(list) : list, ...systemLike(system, like ?? {}) };
  },
};

function turnsOf(row: Columns): { name: string; list: readonly string[] } | undefined {
  for (const name of lists) {
    const list = listIn(row[name]);
    if (list !== undefined && list.length > 1 && list.every((turn) => typeof turn === "string")) return { name, list };
  }
  return undefined;
}
