import { paperDemonstrations, type Demonstration } from "./demonstrations.ts";
import { heads } from "./standard-demonstrations/heads.ts";

const standardDemonstrations: readonly Demonstration[] = heads.flat();

/** The demonstrations of one prompt of phase 1. */
export function demonstrationsOf(prompt: "standard" | "paper"): readonly Demonstration[] {
  return prompt === "paper" ? paperDemonstrations : standardDemonstrations;
}

/** The demonstrations of both prompts. */
export const allDemonstrations: readonly Demonstration[] = [...standardDemonstrations, ...paperDemonstrations];
