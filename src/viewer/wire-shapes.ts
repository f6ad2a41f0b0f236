import * as z from "zod/mini";
import type { ReadonlyDeep } from "../records/readonly-deep.ts";

// The requests and replies of the viewer. The server's replies are typed by these schemas, and the
// page checks what it gets with them.

const outcomeNames = ["done", "dropped", "failed"] as const;
export const outcome = z.enum(outcomeNames);
const markNames = ["keep", "drop"] as const;
export const mark = z.object({ mark: z.nullable(z.enum(markNames)), note: z.string() });
export type MarkShape = z.infer<typeof mark>;

/** Who wrote a response of the dataset (`ResponseOrigin`). */
const origin = z.enum(["new", "original"]);

/** How a row differs from the row of the same id in the run that is compared. */
export const differenceNames = ["same", "text", "outcome", "missing"] as const;
export const difference = z.enum(differenceNames);
export type Difference = z.infer<typeof difference>;

/** A row as the table shows it. */
export const rowSummary = z.object({
  position: z.number(),
  id: z.string(),
  outcome,
  phase: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  /** What the row stands for (`rowOrigin`). Null for a row that is not in the dataset. */
  responses: z.nullable(origin),
  tags: z.array(z.string()),
  /** Phrases that are not in the system message. */
  removed: z.number(),
  repairs: z.number(),
  gates: z.array(z.string()),
  file: z.nullable(z.string()),
  /** The beginning of the first instruction. */
  instruction: z.string(),
  mark: z.nullable(mark),
  difference: z.nullable(difference),
});
export type RowSummary = z.infer<typeof rowSummary>;

/** Some of the rows that pass a filter. */
export const rowsPage = z.object({
  version: z.number(),
  /** Rows that pass, as far as they are found. */
  total: z.number(),
  isComplete: z.boolean(),
  /** How much was looked through, from 0 to 1. */
  looked: z.number(),
  rows: z.array(rowSummary),
});
export type RowsPage = z.infer<typeof rowsPage>;

const phrase = z.object({
  tag: z.optional(z.string()),
  text: z.string(),
  verdict: z.optional(z.string()),
  /** How far the judge's log-odds lie above its line. */
  score: z.optional(z.number()),
  /** The tag that the phrase was written with, where the judge gave it another. */
  writtenAs: z.optional(z.string()),
  reason: z.optional(z.string()),
  repairs: z.optional(z.array(z.string())),
});
export type PhraseShape = ReadonlyDeep<z.infer<typeof phrase>>;

const message = z.object({
  role: z.string(),
  content: z.string(),
  /** The message's other keys, such as tool calls, as JSON. */
  extra: z.nullable(z.string()),
  /** The input's response at this place. */
  original: z.nullable(z.string()),
  /** Of a response of the dataset, its index among the responses and who wrote it. */
  response: z.nullable(z.object({ turn: z.number(), origin })),
});
export type MessageShape = ReadonlyDeep<z.infer<typeof message>>;

/** A row with all that is known of it. */
export const rowPage = z.object({
  position: z.number(),
  line: z.number(),
  id: z.string(),
  outcome,
  phase: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  detail: z.nullable(z.string()),
  /** As in the table. */
  responses: z.nullable(origin),
  file: z.nullable(z.string()),
  systemMessage: z.nullable(z.string()),
  /** The row's own system message, which the new one replaced. */
  replacedSystemMessage: z.nullable(z.string()),
  phrases: z.array(phrase),
  /** Tags that the message was asked to have, to meet their wanted shares. */
  askedTags: z.array(z.string()),
  removed: z.array(phrase),
  /** The conversation without its system message, with the new responses where there are some. */
  messages: z.array(message),
  gates: z.array(z.object({ gate: z.string(), turn: z.number(), detail: z.string(), action: z.string() })),
  tokens: z.nullable(z.object({ input: z.number(), output: z.number() })),
  model: z.nullable(z.string()),
  judgeModel: z.nullable(z.string()),
  /** The row's other columns, as JSON. */
  columns: z.nullable(z.string()),
  raw: z.string(),
  rawIsCut: z.boolean(),
  mark: z.nullable(mark),
});
export type RowPage = ReadonlyDeep<z.infer<typeof rowPage>>;

const order = z.object({ first: origin, verdict: z.string(), reason: z.string() });
const failure = z.object({ failed: z.string(), detail: z.string() });
const judgement = z.object({
  model: z.string(),
  isSystemShown: z.boolean(),
  /** Null if the question was not asked. `said` is the verdict on the pair in words. */
  pair: z.nullable(z.union([z.object({ said: z.string(), agreement: z.string(), orders: z.array(order) }), failure])),
  phrases: z.nullable(
    z.union([z.array(z.object({ tag: z.string(), text: z.string(), verdict: z.string(), score: z.nullable(z.number()) })), failure]),
  ),
});
export type JudgementShape = ReadonlyDeep<z.infer<typeof judgement>>;

/** What `sysgen judge` said of a row. */
export const judged = z.object({
  judgements: z.array(judgement),
  /** Whether the row was made anew since. */
  isOutdated: z.boolean(),
});
export type JudgedShape = ReadonlyDeep<z.infer<typeof judged>>;

/** Where a row stands among those that pass a filter. `index` is null when it is not among them. */
export const standing = z.object({
  index: z.nullable(z.number()),
  total: z.number(),
  previous: z.nullable(z.number()),
  next: z.nullable(z.number()),
});
export const rowReply = z.object({
  row: rowPage,
  standing,
  /** The row of the same id in the run that is compared. */
  other: z.nullable(rowPage),
  difference: z.nullable(difference),
  /** Null for a row that was not judged. */
  judged: z.nullable(judged),
});
export type RowReply = ReadonlyDeep<z.infer<typeof rowReply>>;

const question = z.object({
  text: z.string(),
  /** The labels, the likeliest first. The probability is null where the backend told none. */
  answers: z.array(z.object({ label: z.string(), probability: z.nullable(z.number()) })),
  /** What was answered in words. Null without a reply. */
  said: z.nullable(z.string()),
});
export type QuestionShape = z.infer<typeof question>;

const call = z.object({
  phase: z.string(),
  model: z.string(),
  attempt: z.number(),
  round: z.number(),
  temperature: z.number(),
  maxOutputTokens: z.number(),
  seed: z.nullable(z.number()),
  isConstrained: z.boolean(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  /** What stands behind the last message, each asked on its own. */
  questions: z.array(question),
  reply: z.nullable(z.object({ text: z.string(), finishReason: z.string(), inputTokens: z.number(), outputTokens: z.number() })),
});
export type CallShape = z.infer<typeof call>;
export const callsReply = z.object({
  calls: z.array(call),
  /** Why there are no more calls, as a sentence. */
  note: z.nullable(z.string()),
});
export type CallsReply = z.infer<typeof callsReply>;

const facet = z.array(z.object({ name: z.string(), rows: z.number() }));
export type Facet = z.infer<typeof facet>;

/** How far the run is. */
export const runReply = z.object({
  name: z.string(),
  state: z.string(),
  model: z.string(),
  judgeModel: z.string(),
  format: z.string(),
  input: z.string(),
  version: z.number(),
  rows: z.object({
    in: z.number(),
    done: z.number(),
    writtenAnew: z.number(),
    originalKept: z.number(),
    dropped: z.number(),
    failed: z.number(),
  }),
  /** What is bad in the run, the worst first, each with what to do where that is known. */
  hints: z.array(z.object({ what: z.string(), cure: z.nullable(z.string()) })),
  /** US dollars. Null if no price is known, and while calls are being counted. */
  money: z.nullable(z.object({ spent: z.number(), projected: z.nullable(z.number()), unpriced: z.array(z.string()) })),
  /** Rows of the input. Null where that is not known. */
  expected: z.nullable(z.number()),
  rowsPerSecond: z.nullable(z.number()),
  calls: z.array(z.object({ phase: z.string(), calls: z.number(), inputTokens: z.number(), outputTokens: z.number() })),
  /** Whether the journal was read to its end once, which happens in the background. */
  areCallsCounted: z.boolean(),
  marks: z.object({ keep: z.number(), drop: z.number(), noted: z.number() }),
  /** Whether `sysgen analyze` wrote a report of the run. */
  hasReport: z.boolean(),
  facets: z.object({
    outcome: facet,
    responses: facet,
    reason: facet,
    tag: facet,
    verdict: facet,
    gate: facet,
    action: facet,
    fault: facet,
    repair: facet,
    file: facet,
    judged: facet,
    obedience: facet,
  }),
  compared: z.nullable(z.object({ name: z.string(), model: z.string(), judgeModel: z.string(), rows: z.number() })),
});
export type RunReply = z.infer<typeof runReply>;

export const markRequest = z.object({ id: z.string(), mark: z.nullable(z.enum(markNames)), note: z.string() });
/** A mark for all rows of a filter. */
export const marksRequest = z.object({ mark: z.nullable(z.enum(markNames)) });
/** `changed` of the filter's `rows` had another mark before. */
export const marksReply = z.object({ rows: z.number(), changed: z.number() });
export type MarksReply = z.infer<typeof marksReply>;
export const refusal = z.object({ error: z.string() });
