import { z } from "zod";

// Messages to and from the process of the embedded engine.

const settings = z.object({
  contexts: z.number().optional(),
  sequences: z.number().optional(),
  threads: z.number().optional(),
  flashAttention: z.boolean().optional(),
  gpu: z.enum(["auto", "off"]).optional(),
});

const chatMessage = z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() });

const call = z.object({
  messages: z.array(chatMessage),
  sampling: z.object({ temperature: z.number(), maxOutputTokens: z.number(), seed: z.number().exactOptional() }),
  constraint: z
    .object({
      grammar: z.string(),
      jsonSchema: z.record(z.string(), z.unknown()),
    })
    .exactOptional(),
  questions: z
    .array(z.object({ messages: z.array(chatMessage).optional(), text: z.string(), labels: z.array(z.string()) }))
    .exactOptional(),
  request: z.record(z.string(), z.unknown()).exactOptional(),
  attempt: z.number(),
  round: z.number(),
});

export const toEngineSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("open"),
    path: z.string(),
    name: z.string().exactOptional(),
    contextSize: z.number().optional(),
    settings: settings.optional(),
  }),
  z.object({ type: z.literal("call"), id: z.number(), call, purpose: z.object({ name: z.string(), rank: z.number() }) }),
  z.object({ type: z.literal("break-off"), id: z.number() }),
]);
export type ToEngine = z.infer<typeof toEngineSchema>;

/** An error on its way between processes. It keeps the message and what decides about a retry. */
const failure = z.object({
  kind: z.enum(["model", "sysgen", "other"]),
  modelKind: z.enum(["server", "bad-request", "context-overflow"]).exactOptional(),
  message: z.string(),
  retryable: z.boolean(),
});
export type Failure = z.infer<typeof failure>;

const reply = z.object({
  text: z.string(),
  finishReason: z.enum(["stop", "length", "content-filter", "other"]),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number() }),
  scores: z.array(z.array(z.number())).exactOptional(),
  evaluatedTokens: z.number().exactOptional(),
  tookMs: z.number().exactOptional(),
});

export const fromEngineSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("notice"), text: z.string() }),
  z.object({ type: z.literal("opened"), name: z.string(), rowsAtOnce: z.number() }),
  z.object({ type: z.literal("not-opened"), failure }),
  z.object({ type: z.literal("replied"), id: z.number(), reply }),
  z.object({ type: z.literal("failed"), id: z.number(), failure }),
]);
export type FromEngine = z.infer<typeof fromEngineSchema>;
