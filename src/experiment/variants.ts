/**
 * What a student is trained on (arXiv 2502.11330, sections 4 and 5). S is the generated system
 * message, A the original response and A' the new one. `a2` is a control that the paper lacks.
 */
export const variants = {
  base: { title: "base", detail: "the model as it is" },
  original: { title: "original", detail: "A, no system message" },
  common: { title: "common", detail: "A, one system message for all rows" },
  "s-a": { title: "S + A", detail: "the generated system message and A" },
  "s-a2": { title: "S + A′", detail: "the generated system message and A′, which is SysGen" },
  a2: { title: "A′ alone", detail: "A′ without the system message, a control that the paper lacks" },
  kd: { title: "S + A′ of another model", detail: "another model's run, as the paper's knowledge distillation" },
} as const;

export type VariantName = keyof typeof variants;
/** A variant that needs training. */
export type TrainedVariant = Exclude<VariantName, "base">;

export const variantNames = ["base", "original", "common", "s-a", "s-a2", "a2", "kd"] as const satisfies readonly VariantName[];
