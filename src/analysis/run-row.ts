import { isColumns, type Columns, type Format } from "../datasets/formats/format.ts";
import { splitSystem } from "../datasets/formats/conversation.ts";
import { messageOf } from "../errors.ts";
import { parseExactly } from "../records/exact-json.ts";
import { isResponse, type Message } from "../records/message.ts";
import { readRowLine, type LineGate, type LinePhrase, type LineRemovedPhrase, type RejectedLine } from "../runs/row-line.ts";

/** A line of dataset.jsonl or rejected.jsonl, as an analysis sees it. */
export type RunRow = DoneRow | RejectedRow;

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
  readonly phrases: readonly LinePhrase[];
  readonly removed: readonly LineRemovedPhrase[];
  readonly gates: readonly LineGate[];
  /** Who wrote each response. Undefined in lines of older versions. */
  readonly responses: readonly string[] | undefined;
  readonly answers: string | undefined;
  readonly writtenAgain: true | undefined;
  readonly turns: readonly Turn[];
  readonly instructions: readonly string[];
  readonly columns: Columns;
}

export type RejectedRow = RejectedLine;

/** @throws Error when the text is no line of a run's output files. */
export function readRunRow(text: string): RunRow {
  const line = readRowLine(text);
  if (line.outcome !== "done") return line;
  const { id, messages, facts, columns } = line;
  const { system, turns } = splitSystem(messages);
  return {
    outcome: "done",
    id,
    file: facts.file,
    systemMessage: system ?? "",
    phrases: facts.phrases,
    removed: facts.removed,
    gates: facts.gates,
    responses: facts.responses,
    answers: facts.answers,
    writtenAgain: facts.writtenAgain,
    turns: turnsOf(turns, facts.originalResponses),
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
    const value: unknown = parseExactly(row.raw);
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
