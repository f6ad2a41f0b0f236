import { staleColumns, withoutColumns } from "../datasets/columns/stale-columns.ts";
import { RowError, type Columns, type Format } from "../datasets/formats/format.ts";
import { withCarried } from "../records/carried-columns.ts";
import { isMasked, isResponse, isToolCall, toolCallsOf, type Message } from "../records/message.ts";
import type { ExportedRow } from "./exported-row.ts";
import type { SplitSurvey } from "./split-survey.ts";
import type { Trainer } from "./trainers/trainer.ts";
import { inVariant, type Variant } from "./variant.ts";

export interface RowWriterOptions {
  readonly format: Format;
  readonly variant: Variant;
  /** Whether the input has the same format. If so, rows keep their own spelling of it. */
  readonly likeSource: boolean;
  readonly trainer: Trainer | undefined;
  /**
   * What at least one row of the run has. When one file of a trainer has a column, all of the
   * trainer's files must have it.
   */
  readonly survey: Pick<SplitSurvey, "hasTools" | "multiTurn">;
}

/**
 * Makes a row of a format out of a run's row.
 * @throws RowError when the format has no place for the row.
 */
export type RowWriter = (row: ExportedRow) => Columns;

export function rowWriter({ format, variant, likeSource, trainer, survey }: RowWriterOptions): RowWriter {
  const extraColumns = trainer?.extraColumns ?? true;
  return (row) => {
    const messages = inVariant(row, variant);
    const tools = trainer === undefined ? row.tools : toolsFor(trainer, row.tools);
    const conversation = {
      messages: trainer === undefined ? messages : messagesFor(trainer, format, messages),
      ...(tools === undefined ? {} : { tools }),
    };
    if (likeSource && row.source !== undefined) {
      const written = format.write(conversation, row.source);
      return variant.responses === "new" ? withoutStale(written, row, format) : written;
    }
    const own = format.write(conversation);
    if (!extraColumns) return own;
    const filled = trainer === undefined ? {} : emptyColumns(format, survey);
    const columns: Record<string, unknown> = { id: row.id, ...filled, ...own };
    return withCarried(columns, row.columns);
  };
}

/** The row in its source's spelling, without the columns that hold its old responses once more. */
function withoutStale(written: Columns, { source = {}, turns, originalResponses }: ExportedRow, format: Format): Columns {
  const responses = turns.filter(isResponse);
  const changed = originalResponses.flatMap((content, at): Message[] =>
    content === responses[at]?.content ? [] : [{ role: "assistant", content }],
  );
  const read = format.read(source);
  const messages = [...read.messages.filter(({ role }) => role === "user"), ...changed];
  const stale = staleColumns(read.columns, messages).filter((name) => written[name] === source[name]);
  return withoutColumns(written, stale);
}

/** Tool definitions as the trainer wants them, which is JSON text or the list itself. */
function toolsFor({ jsonText }: Trainer, tools: unknown): unknown {
  if (tools === undefined) return undefined;
  const list = typeof tools === "string" ? parsed(tools) : tools;
  return jsonText.tools ? (typeof tools === "string" ? tools : JSON.stringify(list)) : list;
}

/**
 * Columns that are empty in this row and not in others. LLaMA-Factory needs in every file the
 * columns that the file's entry names.
 */
function emptyColumns(format: Format, { hasTools, multiTurn }: Pick<SplitSurvey, "hasTools" | "multiTurn">): Columns {
  if (format.name === "alpaca") return { system: "", ...(multiTurn ? { history: [] } : {}) };
  return hasTools ? { tools: null } : {};
}

function messagesFor(trainer: Trainer, format: Format, messages: readonly Message[]): Message[] {
  const written = messages.map((message) => messageFor(trainer, message));
  return format.name === "sharegpt" ? withJoinedResults(written) : written;
}

/**
 * Joins several results in a row into one turn. LLaMA-Factory drops conversations whose turns do
 * not alternate.
 */
function withJoinedResults(messages: readonly Message[]): Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    const before = joined.at(-1);
    if (message.role === "tool" && before?.role === "tool")
      joined[joined.length - 1] = { ...before, content: `${before.content}\n${message.content}` };
    else joined.push(message);
  }
  return joined;
}

/** Keys of a message that OpenAI's fine-tuning knows beside role and content. */
const openaiKeys = new Set(["tool_calls", "tool_call_id", "function_call", "name", "weight"]);

function messageFor(trainer: Trainer, given: Message): Message {
  const { jsonText } = trainer;
  const message = trainer.extraColumns ? given : withKnownKeys(given);
  const calls = toolCallsOf(message);
  if (!isToolCall(message) || calls === undefined) return message;
  const written = calls.map((call: unknown) => {
    if (typeof call !== "object" || call === null || !("function" in call) || typeof call.function !== "object" || call.function === null)
      return call;
    const given = "arguments" in call.function ? call.function.arguments : {};
    const isText = typeof given === "string";
    const other = (): unknown => (isText ? parsed(given) : JSON.stringify(given));
    return { ...call, function: { ...call.function, arguments: isText === jsonText.arguments ? given : other() } };
  });
  const { function_call: _legacy, ...extra } = message.extra ?? {};
  return { ...message, extra: { ...extra, tool_calls: written } };
}

function withKnownKeys({ role, content, extra = {} }: Message): Message {
  const kept = Object.entries(extra).filter(([key, value]) => openaiKeys.has(key) && value != null && !(role === "tool" && key === "name"));
  // `weight` is the only mask that OpenAI knows.
  if (role === "assistant" && isMasked({ role, content, extra })) kept.push(["weight", 0]);
  return { role, content, ...(kept.length > 0 ? { extra: Object.fromEntries(kept) } : {}) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RowError("tool-calls", "expected tools or arguments of a call as JSON, found text that is none");
  }
}
