import { answersInColumns } from "./answer-column.ts";
import { compareAnswers, givesAnswer, type Agreement } from "./compare-answers.ts";
import { finalAnswerOf, type FinalAnswer } from "./final-answer.ts";

/** A response and what says which answer is right. */
export interface AnswerSource {
  /** The response that the new one replaces. */
  readonly original: string;
  /** The last message of the user before the response. */
  readonly instruction: string;
  /** The row's other columns. Empty for a response that they say nothing about. */
  readonly columns: Readonly<Record<string, unknown>>;
}

/** What a check of a final answer came to. `detail` is for people. */
export type AnswerCheck = { readonly state: "right" } | { readonly state: "wrong" | "not-checked"; readonly detail: string };

/**
 * The right answers that a row states, the surest first. A column with a name that other things
 * go by counts only if the original gives its answer.
 */
export function rightAnswers({ original, instruction, columns }: AnswerSource): FinalAnswer[] {
  const stated = finalAnswerOf(original);
  const isConfirmed = (answer: FinalAnswer): boolean =>
    (stated ? compareAnswers(stated, answer) : givesAnswer(original, answer, instruction)) === "same";
  const inColumns = answersInColumns(columns).filter(({ answer, isSure }) => isSure || isConfirmed(answer));
  const fromColumns = inColumns.map(({ answer }) => answer);
  if (stated === undefined) return fromColumns;
  // A short response may be no answer at all, where a column has it.
  return stated.from === "own" ? [...fromColumns, stated] : [stated, ...fromColumns];
}

/**
 * Whether a new response gives the final answer of the row. Where original and column differ,
 * either will do.
 */
export function checkAnswer(response: string, source: AnswerSource): AnswerCheck {
  const answers = rightAnswers(source);
  const [first] = answers;
  if (first === undefined) return { state: "not-checked", detail: "A states no final answer" };
  const compared = answers.map((answer): Agreement => givesAnswer(response, answer, source.instruction));
  if (compared.includes("same")) return { state: "right" };
  if (compared[0] === "unknown")
    return { state: "not-checked", detail: `A's final answer is ${first.text}, and that of A' cannot be compared` };
  const found = finalAnswerOf(response);
  return { state: "wrong", detail: `expected the final answer ${first.text}, found ${found?.text ?? "none or another number"}` };
}
