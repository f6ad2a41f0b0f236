import { conversationIn } from "./conversation.ts";
import { given, isColumns, RowError, type Columns, type Format } from "./format.ts";
import { systemPlace } from "./system-column.ts";
import { listIn, listLike, writeTurns } from "./turn-list.ts";
import { readTurn, writeTurn } from "./turn.ts";

const lists = ["conversations", "conversation", "dialog", "dialogue", "messages", "turns", "chat", "dialogs", "history"] as const;

/**
 * ShareGPT's turns of `from` and `value`. Also reads `role` and `content`, `speaker` and `text`,
 * mixtures of them, and the turns `function_call` and `observation` of LLaMA-Factory.
 */
export const sharegpt: Format = {
  name: "sharegpt",
  columns: "conversations: [{from, value}, ...]",
  fits: (row) => {
    const first = turnsOf(row)?.list[0];
    return isColumns(first) && !("input" in first && "output" in first);
  },
  read(row) {
    const turns = turnsOf(row);
    if (turns === undefined) throw new RowError("missing-column", 'column "conversations": expected a list of turns, found none');
    return conversationIn(row, [turns.name], turns.list.map(readTurn));
  },
  write(conversation, like) {
    const own = like === undefined ? undefined : turnsOf(like);
    const before = own === undefined ? undefined : { list: own.list, messages: own.list.map(readTurn) };
    const place = systemPlace(conversation.messages, like, before?.messages);
    const turns = writeTurns(place.messages, before, writeTurn);
    const name = own?.name ?? "conversations";
    return { ...like, [name]: listLike(turns, like?.[name]), ...given({ ...place.columns, tools: conversation.tools }) };
  },
};

function turnsOf(row: Columns): { name: string; list: readonly unknown[] } | undefined {
  let other: { name: string; list: readonly unknown[] } | undefined;
  for (const name of lists) {
    const list = listIn(row[name]);
    if (list === undefined) continue;
    if (list.length === 0 || isColumns(list[0])) return { name, list };
    other ??= { name, list };
  }
  return other;
}
