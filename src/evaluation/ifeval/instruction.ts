import type { z } from "zod";

/** An instruction of IFEval with what a prompt sets of it. */
export interface Instruction {
  /** Such as `length_constraints:number_words`. */
  readonly id: string;
  /** Whether a response follows the instruction. */
  follows(response: string): boolean;
}

/** A kind of instruction, such as a least number of words. */
export interface InstructionKind {
  /** @throws z.ZodError for settings that the instruction needs and does not have. */
  of(id: string, settings: unknown): Instruction;
}

/**
 * A kind of instruction.
 * @param schema What a prompt sets, in the names of IFEval's `kwargs`.
 */
export function kind<Settings>(schema: z.ZodType<Settings>, follows: (response: string, settings: Settings) => boolean): InstructionKind {
  return {
    of: (id, settings) => {
      const parsed = schema.parse(settings);
      return { id, follows: (response) => follows(response, parsed) };
    },
  };
}
