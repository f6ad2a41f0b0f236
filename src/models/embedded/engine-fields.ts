import { z } from "zod";
import { UsageError } from "../../errors.ts";
import type { RequestFields } from "../model.ts";

const penalty = z.number().min(-2).max(2);

/** The fields of a request that the embedded engine can apply. Names are those of llama.cpp. */
const fieldsSchema = z.strictObject({
  /** Default 0.95. */
  top_p: z.number().min(0).max(1).optional(),
  /** Default 0, which leaves every token. */
  min_p: z.number().min(0).max(1).optional(),
  /** Default 40. */
  top_k: z.int().min(0).optional(),
  repeat_penalty: z.number().positive().optional(),
  presence_penalty: penalty.optional(),
  frequency_penalty: penalty.optional(),
  /** Texts that end the reply. They are not part of it. */
  stop: z
    .union([
      z
        .string()
        .min(1)
        .transform((text) => [text]),
      z.array(z.string().min(1)),
    ])
    .optional(),
});
export type EngineFields = Readonly<z.infer<typeof fieldsSchema>>;

/**
 * The user's fields as the engine applies them.
 * @throws UsageError naming the first field that the engine cannot apply.
 */
export function engineFields(request: RequestFields = {}): EngineFields {
  const { data, error } = fieldsSchema.safeParse(request);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  const name = issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path[0];
  const field = String(name);
  const why =
    field in fieldsSchema.shape ? `${JSON.stringify(request[field])} is no value of it (${issue?.message})` : "it has no such setting";
  throw new UsageError(
    `request.${field}: the embedded engine cannot apply this field, because ${why}. It takes ${Object.keys(fieldsSchema.shape).join(", ")}.`,
  );
}
