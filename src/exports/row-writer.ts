import { RowError, type Columns, type Format } from "../datasets/formats/format.ts";
import { isToolCall, type Message } from "../records/message.ts";
import type { ExportedRow } from "./exported-row.ts";
import type { Trainer } from "./trainers/trainer.ts";
import { inVariant, type Variant } from "./variant.ts";

export interface RowWriterOptions {
  readonly format: Format;
  readonly variant: Variant;
  /** The input has the same format: rows keep their own spelling of it. */
  readonly likeSource: boolean;
  readonly trainer: Trainer | undefined;
}

/** Makes rows of a format out of a run's rows. @throws RowError when the format has no place for one. */
export function rowWriter({ format, variant, likeSource, trainer }: RowWriterOptions): (row: ExportedRow) => Columns {
  const extraColumns = trainer?.extraColumns ?? true;
  return (row) => {
    if (trainer !== undefined && !trainer.toolFormats.includes(format.name) && hasToolCalls(row))
      throw new RowError("tool-calls", `${trainer.name} loses tool calls`);
    const messages = inVariant(row, variant);
    const tools = trainer === undefined ? row.tools : toolsFor(trainer, row.tools);
    const conversation = {
      messages: trainer === undefined ? messages : messages.map((message) => messageFor(trainer, message)),
      ...(tools === undefined ? {} : { tools }),
    };
    if (likeSource && row.source !== undefined) return format.write(conversation, row.source);
    const own = format.write(conversation);
    if (!extraColumns) return own;
    const columns: Record<string, unknown> = { id: row.id, ...own };
    for (const [name, value] of Object.entries(row.columns)) columns[name in columns ? `original_${name}` : name] = value;
    return columns;
  };
}

export function hasToolCalls({ tools, turns }: ExportedRow): boolean {
  return tools !== undefined || turns.some((turn) => isToolCall(turn) || turn.role === "tool");
}

/** Tool definitions as the trainer wants them: JSON text, or the list itself. */
function toolsFor({ jsonText }: Trainer, tools: unknown): unknown {
  if (tools === undefined) return undefined;
  const list = typeof tools === "string" ? parsed(tools) : tools;
  return jsonText.tools ? (typeof tools === "string" ? tools : JSON.stringify(list)) : list;
}

function messageFor({ jsonText }: Trainer, message: Message): Message {
  const calls: unknown = message.extra?.["tool_calls"];
  if (!isToolCall(message) || !Array.isArray(calls)) return message;
  const written = calls.map((call: unknown) => {
    if (typeof call !== "object" || call === null || !("function" in call) || typeof call.function !== "object" || call.function === null)
      return call;
    const given = "arguments" in call.function ? call.function.arguments : {};
    const value = jsonText.arguments
      ? typeof given === "string"
        ? given
        : JSON.stringify(given)
      : typeof given === "string"
        ? parsed(given)
        : given;
    return { ...call, function: { ...call.function, arguments: value } };
  });
  return { ...message, extra: { ...message.extra, tool_calls: written } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new RowError("tool-calls", "expected tools or arguments of a call as JSON, found text that is none");
  }
}
