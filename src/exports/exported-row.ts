import { isColumns, type Columns } from "../datasets/formats/format.ts";
import { formatOf, type OwnFormat } from "../datasets/formats/own-format.ts";
import { SysGenError } from "../errors.ts";
import { closeOnFailure } from "../platform/close-on-failure.ts";
import { parseExactly } from "../records/exact-json.ts";
import { isToolCall, type Message } from "../records/message.ts";
import { rowOrigin } from "../records/response-origin.ts";
import { openRun, type OpenedRun } from "../runs/open-run.ts";
import { readDoneLine, type LineFacts } from "../runs/row-line.ts";
import { RowMarks } from "../runs/row-marks.ts";
import { runFiles } from "../runs/run-files.ts";
import { inputOf, type RunInput } from "../runs/run-input.ts";
import { isWanted, type MarkedChoice } from "./marked.ts";

/** A row that is done, as an export sees it. */
export interface ExportedRow {
  readonly id: string;
  /** The conversation with its new responses, without a system message. */
  readonly turns: readonly Message[];
  readonly systemMessage: string;
  /** The row's own system message, which the new one replaced. */
  readonly originalSystemMessage: string | undefined;
  readonly originalResponses: readonly string[];
  readonly tools: unknown;
  /** The row's other columns. */
  readonly columns: Columns;
  /** What `sysgen` holds in the row's line of dataset.jsonl. */
  readonly facts: LineFacts;
  /** The row as the input held it. Undefined where the run kept no copy. */
  readonly source: Columns | undefined;
}

/** Which finished rows of a run go into an export. */
export interface RowChoice {
  /** By the marks that people gave them. Default `not-drop`. */
  readonly marked?: MarkedChoice | undefined;
  /**
   * Rows that keep an original response, which was not written under their system message. Default
   * `leave-out`, for any variant, so that all variants hold the same rows.
   */
  readonly keptOriginal?: KeptOriginalChoice | undefined;
}

export const keptOriginalChoices = ["leave-out", "include"] as const;
export type KeptOriginalChoice = (typeof keptOriginalChoices)[number];

/** Finished rows that an export leaves out by choice. */
export interface LeftOutRows {
  byMark: number;
  keptOriginal: number;
}

/** The finished rows of a run that are to be exported. They can be read as often as wanted. */
export interface ExportedRun extends RunInput, AsyncDisposable {
  readonly opened: OpenedRun;
  /** @param leftOut Counts the rows that are not wanted. */
  rows(leftOut?: LeftOutRows): Generator<ExportedRow, void, void>;
}

/**
 * @param formats Formats of the user's own.
 * @throws UsageError when the folder holds no run.
 */
export async function openExportedRun(
  folder: string,
  { marked = "not-drop", keptOriginal = "leave-out" }: RowChoice = {},
  formats: readonly OwnFormat[] = [],
): Promise<ExportedRun> {
  const opened = await openRun(folder, "read");
  return closeOnFailure(opened, async () => {
    const marks = new RowMarks(runFiles(folder).marks);
    return {
      opened,
      ...inputOf(folder, opened.manifest, formats.map(formatOf)),
      *rows(leftOut) {
        for (const { body, source } of opened.store.results.done()) {
          const row = readExportedRow(body, source);
          const isOutByMark = !isWanted(marked, marks.get(row.id));
          const isOut = isOutByMark || (keptOriginal === "leave-out" && rowOrigin(row.facts) === "original");
          if (!isOut) yield row;
          else if (leftOut) leftOut[isOutByMark ? "byMark" : "keptOriginal"]++;
        }
      },
      [Symbol.asyncDispose]: () => opened.close(),
    };
  });
}

export function hasToolCalls({ tools, turns }: ExportedRow): boolean {
  return tools !== undefined || turns.some((turn) => isToolCall(turn) || turn.role === "tool");
}

/**
 * A row that is done, out of a run's results.
 * @param body Its line in dataset.jsonl. @param sourceText The row as the input held it, as JSON.
 * @throws SysGenError when it has no system message.
 */
export function readExportedRow(body: string, sourceText: string | undefined): ExportedRow {
  const { id, messages, tools, facts, columns } = readDoneLine(body);
  const [system, ...turns] = messages;
  if (system?.role !== "system") throw new SysGenError(`row ${id} has no system message; the run's journal was changed by another program`);
  const source: unknown = sourceText === undefined ? undefined : parseExactly(sourceText);
  return {
    id,
    turns,
    systemMessage: system.content,
    originalSystemMessage: facts.replacedSystemMessage,
    originalResponses: facts.originalResponses,
    tools,
    columns,
    facts,
    source: isColumns(source) ? source : undefined,
  };
}
