import type { Instruction } from "./instruction.ts";
import { strip } from "./reference/python-text.ts";

/** Whether a response follows each instruction of its prompt, in the prompt's order. */
export interface Followed {
  readonly strict: readonly boolean[];
  readonly loose: readonly boolean[];
}

/**
 * Checks a response as it is (strict) and in eight forms of which one is enough (loose). These are
 * the response with and without its first and its last line, each with and without asterisks. They
 * forgive a sentence before or after the answer, and Markdown. An empty response follows nothing.
 */
export function follow(response: string, instructions: readonly Instruction[]): Followed {
  const forms = formsOf(response);
  const strict = instructions.map((instruction) => strip(response) !== "" && instruction.follows(response));
  const loose = instructions.map((instruction, index) => strict[index] === true || forms.some((form) => instruction.follows(form)));
  return { strict, loose };
}

function formsOf(response: string): string[] {
  const lines = response.split("\n");
  const cut = [lines.slice(1), lines.slice(0, -1), lines.slice(1, -1)].map((kept) => strip(kept.join("\n")));
  const forms = [response, ...cut].flatMap((form) => [form, form.replaceAll("*", "")]);
  return [...new Set(forms)].filter((form) => strip(form) !== "" && form !== response);
}
