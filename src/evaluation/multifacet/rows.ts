import { z } from "zod";

const rubricSchema = z.object({ criteria: z.string(), score_descriptions: z.record(z.string(), z.string()) });

const preferenceSchema = z.object({ dimension: z.string() });

/** The four dimensions of a row's rubrics, in the order of the data. */
export const dimensions = ["style", "background_knowledge", "informativeness", "harmlessness"] as const;

/**
 * A row of Multifaceted Bench (huggingface.co/datasets/kaist-ai/Multifaceted-Bench). Older copies
 * call `system`, `prompt` and `rubrics` otherwise.
 */
export const multifacetRowSchema = z
  .object({
    id: z.union([z.string(), z.number()]).nullish(),
    source: z.string().nullish(),
    main_source: z.string().nullish(),
    original_source: z.string().nullish(),
    system: z.string().nullish(),
    system_prompt: z.string().nullish(),
    prompt: z.string().nullish(),
    user_prompt: z.string().nullish(),
    reference_answer: z.string(),
    rubrics: z.array(rubricSchema).min(1).nullish(),
    rubric: z.array(rubricSchema).min(1).nullish(),
    preference_set: z.array(preferenceSchema).nullish(),
  })
  .transform((row, context) => {
    // Tables in which both spellings were joined have null where a row has the other one.
    const system = row.system ?? row.system_prompt ?? undefined;
    const prompt = row.prompt ?? row.user_prompt ?? undefined;
    const rubrics = row.rubrics ?? row.rubric ?? undefined;
    if (system === undefined || prompt === undefined || rubrics === undefined) {
      const missing = system === undefined ? "system" : prompt === undefined ? "prompt" : "rubrics";
      context.addIssue({ code: "custom", message: "expected a row of Multifaceted Bench, found none of this column", path: [missing] });
      return z.NEVER;
    }
    return {
      id: row.id === undefined || row.id === null ? undefined : String(row.id),
      source: row.main_source ?? row.source ?? row.original_source ?? "",
      system,
      prompt,
      referenceAnswer: row.reference_answer,
      rubrics: rubrics.map((rubric, index) => ({
        ...rubric,
        dimension: row.preference_set?.[index]?.dimension ?? dimensions[index] ?? "",
      })),
    };
  });

export type MultifacetRow = Readonly<z.infer<typeof multifacetRowSchema>>;
export type Rubric = MultifacetRow["rubrics"][number];
