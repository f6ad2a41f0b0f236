import { z } from "zod";
import { readChatMessage } from "../datasets/formats/chat-message.ts";
import { isColumns, type Columns, type Format } from "../datasets/formats/format.ts";
import { splitSystem } from "../datasets/formats/conversation.ts";
import { messageOf } from "../errors.ts";
import { isResponse, type Message } from "../records/message.ts";
import { tags } from "../records/system-message/phrase.ts";

/** A line of dataset.jsonl or rejected.jsonl, as an analysis sees it. */
export type RunRow = DoneRow | RejectedRow;

const verdict = z.enum(["good", "bad", "none", "unparsed"]);
const phrase = z.object({ tag: z.enum(tags), text: z.string(), verdict, repairs: z.array(z.string()) });
/** By the filter (`reason`) or by the judge (`tag` and `verdict`). */
const removedPhrase = z.union([phrase, z.object({ reason: z.string(), text: z.string() })]);
const gate = z.object({
  gate: z.string(),
  turn: z.number(),
  detail: z.string(),
  action: z.enum(["retried", "kept-original", "dropped"]),
});
const doneSchema = z.looseObject({
  id: z.string(),
  messages: z.array(z.unknown()),
  sysgen: z.object({
    phrases: z.array(phrase),
    removed: z.array(removedPhrase),
    originalResponses: z.array(z.string()),
    file: z.string().optional(),
    gates: z.array(gate),
  }),
});
const rejectedSchema = z.object({
  id: z.string(),
  file: z.string().optional(),
  outcome: z.enum(["dropped", "failed"]),
  phase: z.string(),
  reason: z.string(),
  detail: z.string(),
  removed: z.array(removedPhrase).default([]),
  raw: z.string(),
});

export type KeptPhrase = z.infer<typeof phrase>;
export type RemovedPiece = z.infer<typeof removedPhrase>;
export type Gate = z.infer<typeof gate>;

/** One response of a conversation, and what it answers. */
export interface Turn {
  readonly instruction: string;
  readonly original: string;
  readonly response: string;
}

export interface DoneRow {
  readonly outcome: "done";
  readonly id: string;
  readonly file: string | undefined;
  readonly systemMessage: string;
  readonly phrases: readonly KeptPhrase[];
  readonly removed: readonly RemovedPiece[];
  readonly gates: readonly Gate[];
  readonly turns: readonly Turn[];
  readonly instructions: readonly string[];
  readonly columns: Columns;
}

export interface RejectedRow extends Readonly<z.infer<typeof rejectedSchema>> {
  readonly file?: string | undefined;
}

/** @throws Error when the line is none of a run's. */
export function readRunRow(line: string): RunRow {
  const value: unknown = JSON.parse(line);
  // A row's own column of that name is carried under another one.
  if (!isColumns(value) || !isColumns(value["sysgen"])) return rejectedSchema.parse(value);
  const { id, messages, sysgen, ...columns } = doneSchema.parse(value);
  const { system, turns } = splitSystem(messages.map(readChatMessage));
  return {
    outcome: "done",
    id,
    file: sysgen.file,
    systemMessage: system ?? "",
    phrases: sysgen.phrases,
    removed: sysgen.removed,
    gates: sysgen.gates,
    turns: turnsOf(turns, sysgen.originalResponses),
    instructions: turns.filter(({ role }) => role === "user").map(({ content }) => content),
    columns,
  };
}

function turnsOf(messages: readonly Message[], originals: readonly string[]): Turn[] {
  const turns: Turn[] = [];
  let instruction = "";
  for (const message of messages) {
    if (message.role === "user") instruction = message.content;
    if (isResponse(message)) turns.push({ instruction, original: originals[turns.length] ?? message.content, response: message.content });
  }
  return turns;
}

/** The columns of the row as it stood in the input; undefined where it could not be read. */
export function columnsOf(row: RunRow): Columns | undefined {
  if (row.outcome === "done") return row.columns;
  try {
    const value: unknown = JSON.parse(row.raw);
    return isColumns(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The turns of a row that has no new responses; empty where the row is no conversation. */
export function originalTurns(row: RejectedRow, format: Format): Pick<Turn, "instruction" | "original">[] {
  const columns = columnsOf(row);
  if (columns === undefined) return [];
  try {
    return turnsOf(splitSystem(format.read(columns).messages).turns, []);
  } catch (error) {
    // It was rejected for that.
    return [{ instruction: row.raw, original: messageOf(error) }];
  }
}
