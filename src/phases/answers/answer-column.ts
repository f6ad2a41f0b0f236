import { readAnswer } from "./answer-value.ts";
import { finalAnswerOf, type FinalAnswer } from "./final-answer.ts";

/** Names of columns that hold nothing but a row's right answer. */
const sure = new Set(["expected_answer", "final_answer", "correct_answer", "reference_answer", "gold_answer", "ground_truth", "gold"]);
/** Names that other things go by too. */
const likely = new Set(["answer", "answers", "solution", "target", "label"]);
/** Characters of a column's text. A longer one is no answer. */
const longest = 20_000;

/** An answer that one of a row's columns gives. */
export interface ColumnAnswer {
  readonly answer: FinalAnswer;
  /** Whether the column's name leaves no doubt. */
  readonly isSure: boolean;
}

/** The answers that a row's other columns give beside its conversation. */
export function answersInColumns(columns: Readonly<Record<string, unknown>>): ColumnAnswer[] {
  const found: ColumnAnswer[] = [];
  for (const [name, value] of Object.entries(columns)) {
    const plainName = name.toLowerCase().replace(/[\s-]+/g, "_");
    const isSure = sure.has(plainName);
    if (!isSure && !likely.has(plainName)) continue;
    const answer = readColumn(value);
    if (answer) found.push({ answer, isSure });
  }
  return found;
}

function readColumn(value: unknown): FinalAnswer | undefined {
  if (typeof value === "boolean") return { text: String(value), truth: value, from: "own" };
  if (typeof value === "number") return { text: String(value), number: value, from: "own" };
  if (Array.isArray(value)) return value.length === 1 ? readColumn(value[0]) : undefined;
  if (typeof value !== "string" || value.trim() === "" || value.length > longest) return undefined;
  return finalAnswerOf(value) ?? (value.includes("\n") || value.length > 100 ? undefined : { ...readAnswer(value), from: "own" });
}
