import type { ModelReply, Question } from "../models/model.ts";
import type { QuestionShape } from "./wire-shapes.ts";

/**
 * A question of a call and how it was answered.
 * @param index The question's place in the call, and its answer's place in the reply.
 */
export function questionShape({ text, labels }: Question, index: number, paid: ModelReply | undefined): QuestionShape {
  const scores = paid?.scores?.[index];
  const answers = labels.map((label, place) => ({
    label,
    probability: scores === undefined ? null : Math.exp(scores[place] ?? -Infinity),
  }));
  return {
    text,
    answers: answers.toSorted((a, b) => (b.probability ?? 0) - (a.probability ?? 0)),
    said: paid === undefined ? null : (paid.text.split("\n")[index] ?? ""),
  };
}
