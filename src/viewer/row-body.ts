import { z } from "zod";

const phraseSchema = z.object({
  tag: z.string().optional(),
  text: z.string(),
  verdict: z.string().optional(),
  confidence: z.number().optional(),
  reason: z.string().optional(),
  repairs: z.array(z.string()).optional(),
});
const gateSchema = z.object({ gate: z.string(), turn: z.number(), detail: z.string(), action: z.string() });

const doneSchema = z.looseObject({
  id: z.string(),
  messages: z.array(z.unknown()),
  tools: z.unknown().optional(),
  sysgen: z.object({
    phrases: z.array(phraseSchema),
    removed: z.array(phraseSchema),
    originalResponses: z.array(z.string()),
    replacedSystemMessage: z.string().optional(),
    file: z.string().optional(),
    model: z.string(),
    judgeModel: z.string(),
    gates: z.array(gateSchema),
    tokens: z.object({ input: z.number(), output: z.number() }),
  }),
});
export type DoneBody = z.infer<typeof doneSchema>;

const rejectedSchema = z.object({
  id: z.string(),
  file: z.string().optional(),
  detail: z.string(),
  removed: z.array(phraseSchema).optional(),
  raw: z.string(),
});
export type RejectedBody = z.infer<typeof rejectedSchema>;

/** A line of dataset.jsonl. */
export function doneBody(text: string): DoneBody {
  return doneSchema.parse(JSON.parse(text));
}

/** A line of rejected.jsonl. */
export function rejectedBody(text: string): RejectedBody {
  return rejectedSchema.parse(JSON.parse(text));
}

/** The id in the beginning of a line of either; undefined where it is too long for it. */
export function idIn(head: string): string | undefined {
  const found = /^\{"id":("(?:[^"\\]|\\.)*")/s.exec(head)?.[1];
  return found === undefined ? undefined : z.string().parse(JSON.parse(found));
}
