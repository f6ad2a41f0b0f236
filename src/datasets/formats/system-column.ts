import type { Message } from "../../records/message.ts";
import { splitSystem, withSystem } from "./conversation.ts";
import type { Columns } from "./format.ts";
import { systemColumn } from "../columns/system-text.ts";

/**
 * Decides where the system message of a list of turns is written. A row with a system column gets
 * it there, any other row in the list. When the row's system message is unchanged, column and list
 * keep what they hold.
 * @param like The row whose layout is kept.
 * @param inList The messages of that row's own list.
 * @returns The messages to write into the list, and the columns that change.
 */
export function systemPlace(
  messages: readonly Message[],
  like: Columns | undefined,
  inList: readonly Message[] | undefined,
): { messages: readonly Message[]; columns: Columns } {
  const name = systemColumn(like ?? {});
  const column = like?.[name];
  if (like === undefined || inList === undefined || !(name in like) || (column !== null && typeof column !== "string"))
    return { messages, columns: {} };
  const now = splitSystem(messages);
  if (now.system === splitSystem(withSystem(column, inList)).system) {
    const own = inList.slice(0, inList.length - splitSystem(inList).turns.length);
    return { messages: [...own, ...now.turns], columns: {} };
  }
  return { messages: now.turns, columns: { [name]: now.system ?? "" } };
}

/** The system column, if it has to change. A removed system message leaves an empty column. */
export function systemLike(system: string | undefined, like: Columns, name = systemColumn(like)): Columns {
  const before = like[name];
  const own = typeof before === "string" ? before.toWellFormed().trim() || undefined : undefined;
  return own === system ? {} : { [name]: system ?? "" };
}
