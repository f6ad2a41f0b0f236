import { follow } from "./follow.ts";
import type { IfevalItem } from "./items.ts";

export interface ScoredInstruction {
  readonly id: string;
  readonly strict: boolean;
  readonly loose: boolean;
}

/** `strict` and `loose` tell whether all instructions of the prompt are followed. */
export interface IfevalScore {
  readonly strict: boolean;
  readonly loose: boolean;
  readonly instructions: readonly ScoredInstruction[];
}

/** Scores a response. */
export function scoreResponse({ instructions }: IfevalItem, response: string): IfevalScore {
  const { strict, loose } = follow(response, instructions);
  return {
    strict: !strict.includes(false),
    loose: !loose.includes(false),
    instructions: instructions.map((instruction, index) => ({
      id: instruction.id,
      strict: strict[index] === true,
      loose: loose[index] === true,
    })),
  };
}
