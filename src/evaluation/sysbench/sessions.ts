import { z } from "zod";

/** The kinds of constraints, by their names in the data. */
export const constraintTypes = {
  动作约束: "action",
  内容约束: "content",
  背景约束: "background",
  角色约束: "role",
  格式约束: "format",
  风格约束: "style",
} as const;

const criterionSchema = z.object({
  criteria_id: z.union([z.string(), z.number()]).transform(String),
  criteria_content: z.string(),
  criteria_type: z.string(),
});

const promptSchema = z.object({
  alignment: z.enum(["align", "misalign"]),
  criteria: z.record(z.string(), criterionSchema),
});

/**
 * A session of SysBench (arXiv 2408.10943, datas/system_benchmark_eval_datas.json). Turns are
 * found by the user's text, so two equal texts of one session share their criteria.
 */
export const sessionSchema = z
  .object({
    system_id: z.union([z.string(), z.number()]).transform(String),
    system_prompt: z.string(),
    rounds_related: z.boolean(),
    messages: z.array(z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() })),
    prompt_infos: z.record(z.string(), promptSchema),
  })
  .transform(({ system_id: id, system_prompt: system, rounds_related: isDependent, messages, prompt_infos: prompts }, context) => {
    const miss = (message: string, path: string): void => context.addIssue({ code: "custom", message, path: [path] });
    const turns = messages.flatMap(({ role, content: prompt }, index) => {
      if (role !== "user") return [];
      const info = prompts[prompt];
      if (info === undefined) {
        miss("expected criteria for the user's text, found none", "prompt_infos");
        return [];
      }
      const criteria = Object.entries(info.criteria).map(([key, { criteria_content: text, criteria_type: type }]) => ({ key, text, type }));
      if (criteria.length === 0) miss("expected a criterion at least for each text of the user, found none", "prompt_infos");
      const next = messages[index + 1];
      return [{ prompt, truth: next?.role === "assistant" ? next.content : undefined, isAligned: info.alignment === "align", criteria }];
    });
    if (turns.length === 0) miss("expected a message of the user, found none", "messages");
    return { id, system, isDependent, turns };
  });

export type Session = Readonly<z.infer<typeof sessionSchema>>;
export type Turn = Session["turns"][number];
export type Criterion = Turn["criteria"][number];
