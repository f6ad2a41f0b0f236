import type { Message } from "../../records/message.ts";
import { splitSystem } from "./conversation.ts";
import { isColumns, type Columns } from "./format.ts";
import { parsePythonLiteral } from "../columns/python-literal.ts";

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
 * The list in a column. A column holds a list directly, as JSON text (as in CSV files and some
 * Parquet files), as Python's text of a list, or as one list for each key (as `datasets` stores a
 * sequence of structures). Undefined when it holds none of them.
 */
export function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const held = typeof value === "string" ? parsedText(value) : value;
  return Array.isArray(held) ? held : isColumns(held) ? turnsOfLists(held) : undefined;
}

/** The value of JSON text or Python's text of a list or an object. Undefined for other text. */
export function parsedText(text: string): unknown {
  if (!/^\s*[[{(]|^\s*array\(/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return parsePythonLiteral(text);
  }
}

/** `{"role": [...], "content": [...]}` as one object for each place. */
function turnsOfLists(lists: Columns): readonly Columns[] | undefined {
  const entries = Object.entries(lists);
  const [[, first] = ["", undefined]] = entries;
  if (entries.length < 2 || !Array.isArray(first)) return undefined;
  if (!entries.every(([, list]) => Array.isArray(list) && list.length === first.length)) return undefined;
  return first.map((_, at) => Object.fromEntries(entries.map(([key, list]) => [key, Array.isArray(list) ? (list[at] as unknown) : null])));
}

/** The list as a column holds it. JSON text when `like` is text, else the list. */
export function listLike(list: readonly Columns[], like: unknown): unknown {
  return typeof like === "string" ? JSON.stringify(list) : list;
}
