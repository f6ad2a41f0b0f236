import type { Message } from "../../records/message.ts";
import { splitSystem, withSystem } from "./conversation.ts";
import type { Columns } from "./format.ts";

/**
 * Where the system message of a list of turns goes: into the row's own `system` column where it has one, else into the list.
 * @param inList the row's own list as read; its system messages stay there when the whole is unchanged.
 */
export function systemPlace(
  messages: readonly Message[],
  like: Columns | undefined,
  inList: readonly Message[] | undefined,
): { messages: readonly Message[]; columns: Columns } {
  const column = like?.["system"];
  if (like === undefined || inList === undefined || !("system" in like) || (column !== null && typeof column !== "string"))
    return { messages, columns: {} };
  const now = splitSystem(messages);
  if (now.system === splitSystem(withSystem(column, inList)).system) {
    const own = inList.slice(0, inList.length - splitSystem(inList).turns.length);
    return { messages: [...own, ...now.turns], columns: {} };
  }
  return { messages: now.turns, columns: { system: now.system ?? "" } };
}

/** The `system` column, when it has to change: a message that is gone leaves an empty column. */
export function systemLike(system: string | undefined, like: Columns, name = "system"): Columns {
  const before = like[name];
  const own = typeof before === "string" ? before.toWellFormed().trim() || undefined : undefined;
  return own === system ? {} : { [name]: system ?? "" };
}
