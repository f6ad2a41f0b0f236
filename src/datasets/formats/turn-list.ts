import type { Message } from "../../records/message.ts";
import { splitSystem } from "./conversation.ts";
import { isColumns, type Columns } from "./format.ts";

/** Writes one turn. `like` is a turn of the original row, whose keys and role names are kept. */
export type WriteTurn = (message: Message, like: Columns | undefined) => Columns | readonly Columns[];

/** The original row's own list of turns. */
export interface LikeTurns {
  readonly list: readonly unknown[];
  /** The list as read, with one message for each turn. */
  readonly messages: readonly Message[];
}

/**
 * Writes a list of turns. When the original list has as many turns after its system message, each
 * turn is spelled as its counterpart. Otherwise all turns are spelled as the original's first turn.
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

/**
 * The list in a column. A column holds a list directly or as JSON text, as in CSV files and some
 * Parquet files. Undefined when it holds neither.
 */
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

/** The list as a column holds it. JSON text when `like` is text, else the list. */
export function listLike(list: readonly Columns[], like: unknown): unknown {
  return typeof like === "string" ? JSON.stringify(list) : list;
}
