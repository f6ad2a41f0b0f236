import type { ModelCall, ModelReply } from "../models/model.ts";
import { questionShape } from "./question-shape.ts";
import type { CallShape } from "./wire-shapes.ts";

/** A call with its reply, as the page shows it. */
export function callShape(
  phase: string,
  model: string,
  { messages, sampling, constraint, questions = [], attempt, round }: ModelCall,
  paid: ModelReply | undefined,
): CallShape {
  const { temperature, maxOutputTokens, seed = null } = sampling;
  return {
    phase,
    model,
    attempt,
    round,
    temperature,
    maxOutputTokens,
    seed,
    isConstrained: constraint !== undefined,
    messages: messages.map(({ role, content }) => ({ role, content })),
    questions: questions.map((question, index) => questionShape(question, index, paid)),
    reply: paid === undefined ? null : { text: paid.text, finishReason: paid.finishReason, ...paid.usage },
  };
}
