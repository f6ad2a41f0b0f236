import { z } from "zod";

/** What prepare.py, train.py and the tools for GGUF files say on file descriptor 3. */
export const toolEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("versions"), versions: z.record(z.string(), z.string()) }),
  z.object({ kind: z.literal("rendered"), rows: z.number() }),
  z.object({
    kind: z.literal("prepared"),
    /** The model's folder. */
    folder: z.string(),
    device: z.object({ kind: z.enum(["cpu", "gpu"]), name: z.string(), memoryBytes: z.number().nullable(), bfloat16: z.boolean() }),
    /** Weights by type of number, such as `BF16`. */
    parameters: z.record(z.string(), z.number()),
    /** Longest conversation of the model, in tokens. */
    context: z.number().nullable(),
    maxLength: z.number(),
    template: z.string(),
    /** What the model's own template does with a system message. */
    templateSystem: z.enum(["takes", "folds", "drops", "refuses"]),
    systemRole: z.enum(["system", "first-user", "template"]),
    injects: z.string().nullable(),
    /** Settings of generation_config.json that cannot be written, and have no effect. */
    droppedGeneration: z.array(z.string()),
    previews: z.array(
      z.object({
        id: z.string(),
        pieces: z.array(z.object({ text: z.string(), trained: z.boolean() })),
        tokens: z.number(),
        trained: z.number(),
      }),
    ),
    report: z.object({
      rows: z.number(),
      /** Ids of rows that lose their end. */
      cut: z.array(z.string()),
      /** Ids of rows without a token to train. */
      empty: z.array(z.string()),
      /** Of the rows to train on, without those of the probe. */
      trainCut: z.number(),
      trainEmpty: z.number(),
      tokens: z.number(),
      trainedTokens: z.number(),
      longest: z.number(),
      /** Rows whose responses end without a token at which the model stops. */
      unended: z.number(),
      /** Rows whose last response got a token to stop at, which the template does not write. */
      endAdded: z.number(),
      /** Ids of rows whose tools, calls to them or results are not in the text. */
      toolsLost: z.array(z.string()),
      /** Rows with a response after other text than the prompt for it ends with. */
      otherPrompt: z.number(),
    }),
  }),
  z.object({ kind: z.literal("fetched"), folder: z.string() }),
  z.object({ kind: z.enum(["importing", "writing"]) }),
  z.object({ kind: z.literal("loaded"), parameters: z.number(), trained: z.number(), resumedAt: z.number() }),
  z.object({ kind: z.literal("begin"), step: z.number(), of: z.number() }),
  z.object({ kind: z.literal("step"), step: z.number(), of: z.number(), loss: z.number() }),
  z.object({ kind: z.literal("probe"), step: z.number(), loss: z.number() }),
  z.object({ kind: z.enum(["saved", "stopped"]), step: z.number() }),
  z.object({ kind: z.literal("done"), step: z.number(), peakBytes: z.number() }),
  z.object({ kind: z.literal("converted"), parameters: z.number() }),
  z.object({ kind: z.literal("gguf"), tensors: z.number(), bytes: z.number() }),
  z.object({
    kind: z.literal("failed"),
    cause: z.string(),
    detail: z.string(),
    /** Id of the row at fault. */
    row: z.string().optional(),
    role: z.string().optional(),
    step: z.number().optional(),
    peakBytes: z.number().optional(),
    totalBytes: z.number().optional(),
  }),
]);
export type ToolEvent = z.infer<typeof toolEvent>;
export type EventOf<Kind extends ToolEvent["kind"]> = Extract<ToolEvent, { kind: Kind }>;
export type Prepared = EventOf<"prepared">;
export type Failure = EventOf<"failed">;
