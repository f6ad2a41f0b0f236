import { z } from "zod";

/** A bound of a count. */
export const relation = z.enum(["less than", "at least"]);
export const count = z.int().nonnegative();
export const text = z.string().min(1);
export const none = z.object({});

/** Whether a count keeps a bound. */
export function keeps(found: number, bound: z.infer<typeof relation>, threshold: number): boolean {
  return bound === "less than" ? found < threshold : found >= threshold;
}
