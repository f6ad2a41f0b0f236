import { z } from "zod";
import { readChatMessage } from "../datasets/formats/chat-message.ts";
import { isColumns, type Columns } from "../datasets/formats/format.ts";
import { withCarried } from "../records/carried-columns.ts";
import type { Message } from "../records/message.ts";
import type { Done, Outcome, Rejected } from "../records/outcome.ts";
import { valueIn } from "./journal/checked-line.ts";
import type { ReadonlyDeep } from "../records/readonly-deep.ts";
import type { Row } from "../records/row.ts";

// A line of dataset.jsonl or rejected.jsonl: its schema, its writer and its readers. Names of tags,
// verdicts, reasons, gates, actions and phases are plain strings here, and unknown keys are
// skipped, so that this version reads the run directories of others.

const phraseSchema = z.object({
  tag: z.string(),
  text: z.string(),
  verdict: z.string(),
  /** How far the judge's log-odds lie above the line of the run's calibration. */
  score: z.number().optional(),
  /** What in the row speaks against the phrase, whatever the judge says. */
  against: z.string().optional(),
  /** The tag that the phrase was written with, where it was retagged. */
  writtenAs: z.string().optional(),
  repairs: z.array(z.string()),
});

/** Removed by the filter, which gives a `reason`, or by the judge, which gives a `verdict`. */
const removedPhraseSchema = phraseSchema.partial().extend({ text: z.string(), reason: z.string().optional() });

const gateSchema = z.object({ gate: z.string(), turn: z.number(), detail: z.string(), action: z.string() });

const factsSchema = z.object({
  phrases: z.array(phraseSchema),
  removed: z.array(removedPhraseSchema),
  originalResponses: z.array(z.string()),
  /** `new` or `original`, of each response of the conversation. */
  responses: z.array(z.string()).optional(),
  replacedSystemMessage: z.string().optional(),
  file: z.string().optional(),
  model: z.string(),
  judgeModel: z.string(),
  gates: z.array(gateSchema),
  /** `checked` if an answer of the row was compared with A's, else `not-checked`. */
  answers: z.string().optional(),
  /** What the user's own phases added, by their names. */
  added: z.record(z.string(), z.unknown()).optional(),
  /** The message was written again, because the judge took it for another row's. */
  writtenAgain: z.literal(true).optional(),
  /** Tags that the message was asked to have, to meet their wanted shares. */
  askedTags: z.array(z.string()).optional(),
  tokens: z.object({ input: z.number(), output: z.number() }),
});

/** A line of dataset.jsonl. The row's other columns stand beside these keys. */
const doneSchema = z.looseObject({
  id: z.string(),
  messages: z.array(z.unknown()),
  tools: z.unknown().optional(),
  sysgen: factsSchema,
});

/** A line of rejected.jsonl. */
const rejectedSchema = z.object({
  id: z.string(),
  file: z.string().optional(),
  line: z.number(),
  outcome: z.enum(["dropped", "failed"]),
  phase: z.string(),
  reason: z.string(),
  detail: z.string(),
  removed: z.array(removedPhraseSchema).default([]),
  writtenAgain: z.literal(true).optional(),
  raw: z.string(),
});

const datasetRowSchema = doneSchema.extend({ messages: z.array(z.looseObject({ role: z.string(), content: z.string() })) });
/** A line of dataset.jsonl as it stands there. The row's other columns stand beside these keys. */
export type DatasetRow = ReadonlyDeep<z.infer<typeof datasetRowSchema>>;

export type LinePhrase = ReadonlyDeep<z.infer<typeof phraseSchema>>;
export type LineRemovedPhrase = ReadonlyDeep<z.infer<typeof removedPhraseSchema>>;
export type LineGate = ReadonlyDeep<z.infer<typeof gateSchema>>;
/** What `sysgen` holds in a line of dataset.jsonl. */
export type LineFacts = ReadonlyDeep<z.infer<typeof factsSchema>>;

/** A line of dataset.jsonl, read. */
export interface DoneLine {
  readonly outcome: "done";
  readonly id: string;
  /** The conversation, its system message first. */
  readonly messages: readonly Message[];
  readonly tools: unknown;
  readonly facts: LineFacts;
  /** The row's other columns. */
  readonly columns: Columns;
}

/** A line of rejected.jsonl, read. */
export type RejectedLine = ReadonlyDeep<z.infer<typeof rejectedSchema>>;

/** @throws Error when the text is no line of dataset.jsonl. */
export function readDoneLine(text: string): DoneLine {
  return doneLineOf(JSON.parse(text));
}

/** A line of dataset.jsonl as it stands there. Undefined when the text is another line. */
export function readDatasetRow(text: string): DatasetRow | undefined {
  return datasetRowSchema.safeParse(JSON.parse(text)).data;
}

/** @throws Error when the text is no line of rejected.jsonl. */
export function readRejectedLine(text: string): RejectedLine {
  return rejectedSchema.parse(JSON.parse(text));
}

/** Reads a line of either file. @throws Error when the text is a line of neither. */
export function readRowLine(text: string): DoneLine | RejectedLine {
  const value: unknown = JSON.parse(text);
  // Only lines of dataset.jsonl have an object `sysgen`. A row's own column of that name is carried
  // under another name.
  return isColumns(value) && isColumns(value["sysgen"]) ? doneLineOf(value) : rejectedSchema.parse(value);
}

function doneLineOf(value: unknown): DoneLine {
  const { id, messages, tools, sysgen, ...columns } = doneSchema.parse(value);
  return { outcome: "done", id, messages: messages.map(readChatMessage), tools, facts: sysgen, columns };
}

/**
 * Reads the id at the beginning of a line of either file.
 * @param start The line, or its first characters.
 * @returns Undefined when the id does not end within `start`, or was damaged.
 */
export function idAtStart(start: string): string | undefined {
  const found = /^\{"id":("(?:[^"\\]|\\.)*")/s.exec(start)?.[1];
  return found === undefined ? undefined : z.string().safeParse(valueIn(Buffer.from(found))).data;
}

/** Where an outcome's row came from. */
export interface RowOrigin {
  readonly id: string;
  readonly row: Row;
  /** The row's file, where the input has several. */
  readonly file: string | undefined;
}

export interface ModelNames {
  readonly model: string;
  readonly judgeModel: string;
}

/**
 * Writes an outcome as its line in dataset.jsonl or rejected.jsonl, without the line end. A key
 * whose value is undefined is left out. Not checked against the schema: this runs for every row of
 * a run.
 */
export function outcomeLine(outcome: Outcome, origin: RowOrigin, names: ModelNames): string {
  return JSON.stringify(outcome.outcome === "done" ? doneLine(outcome, origin, names) : rejectedLine(outcome, origin));
}

type Written<Schema extends z.ZodType> = ReadonlyDeep<z.input<Schema>>;

function doneLine(done: Done, { id, file }: RowOrigin, { model, judgeModel }: ModelNames): Columns {
  const { phrases, removed, originalResponses, responses, replacedSystemMessage, gates, answers, added, writtenAgain, askedTags, usage } =
    done;
  const sysgen: Written<typeof factsSchema> = {
    phrases: phrases.map(({ tag, text, verdict, score, against, writtenAs, repairs }) => ({
      tag,
      text,
      verdict,
      score,
      against,
      writtenAs,
      repairs,
    })),
    removed,
    originalResponses,
    responses: [...responses],
    replacedSystemMessage,
    file,
    model,
    judgeModel,
    gates,
    answers,
    added,
    writtenAgain,
    askedTags: askedTags && [...askedTags],
    tokens: { input: usage.inputTokens, output: usage.outputTokens },
  };
  const own: Written<typeof doneSchema> = { id, messages: done.messages.map(asChatMessage), tools: done.tools, sysgen };
  const { id: ownId, ...others } = done.columns;
  // The row's own id column is left out when the line's id says the same as text.
  const carried = ownId === undefined || ownId === id || (typeof ownId === "number" && String(ownId) === id) ? others : done.columns;
  return withCarried(own, carried);
}

function rejectedLine(
  { outcome, phase, reason, detail, removed, writtenAgain }: Rejected,
  { id, row: { line, raw }, file }: RowOrigin,
): Written<typeof rejectedSchema> {
  return { id, file, line, outcome, phase, reason, detail, removed: removed.length > 0 ? removed : undefined, writtenAgain, raw };
}

/**
 * OpenAI's and TRL's shape of a message. Its other keys, such as `tool_calls` and `name`, stand
 * beside `role` and `content`.
 */
function asChatMessage({ role, content, extra }: Message) {
  return { role, content, ...extra };
}
