import type { Message } from "../../records/message.ts";
import { splitSystem } from "./conversation.ts";
import { isColumns, type Columns } from "./format.ts";

/** How one turn is spelled. `like` is a turn of the row that is written anew, whose keys and role names are kept. */
export type WriteTurn = (message: Message, like: Columns | undefined) => Columns | readonly Columns[];

/** What is known of the row's own list: its turns, and what they were read as. */
export interface LikeTurns {
  readonly list: readonly unknown[];
  /** As read, one message a turn. */
  readonly messages: readonly Message[];
}

/**
 * A list of turns. Where the row's own list has as many turns after its system message, each is spelled as there; else all as the
 * first one is.
 */
export function writeTurns(messages: readonly Message[], like: LikeTurns | undefined, write: WriteTurn): Columns[] {
  const now = splitSystem(messages);
  const before = splitSystem(like?.messages ?? []);
  const list = (like?.list ?? []).filter(isColumns);
  const likeSystem = list.slice(0, list.length - before.turns.length);
  const likeTurns = list.slice(likeSystem.length);
  const paired = likeTurns.length === now.turns.length;
  const keptSystem = now.system !== undefined && now.system === before.system ? likeSystem : undefined;
  const system = now.system === undefined ? [] : [write({ role: "system", content: now.system }, likeSystem[0] ?? likeTurns[0])].flat();
  return [...(keptSystem ?? system), ...now.turns.flatMap((turn, index) => write(turn, paired ? likeTurns[index] : likeTurns[0]))];
}

/** A list as a column holds it: itself, or as JSON text, which CSV files and some Parquet files have. Undefined when it is no list. */
export function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== "string" || !value.trimStart().startsWith("[")) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The list as the row's own column held it: as JSON text where that is what it was. */
export function listLike(list: readonly Columns[], like: unknown): unknown {
  return typeof like === "string" ? JSON.stringify(list) : list;
}
