import type { ControlledEvaluateInputItem, LlamaModel, Token } from "node-llama-cpp";
import type { ModelReply, Question } from "../model.ts";
import { inCommon, type Lease } from "./context-sequences.ts";

/** A prompt that ends with a question, and the first token of each answer. */
export interface QuestionTokens {
  readonly prompt: readonly Token[];
  readonly labels: readonly { readonly text: string; readonly first: Token }[];
}

/** @throws RangeError when two labels begin with the same token. */
export function labelTokens(model: LlamaModel, { labels }: Question): QuestionTokens["labels"] {
  const tokens = labels.map((text) => {
    const [first] = model.tokenize(text, false, "trimLeadingSpace");
    if (first === undefined) throw new RangeError(`the label "${text}" has no token`);
    return { text, first };
  });
  if (new Set(tokens.map(({ first }) => first)).size < labels.length)
    throw new RangeError(`labels of a question begin with the same token: ${labels.join(", ")}`);
  return tokens;
}

/** The longest beginning of all prompts. */
export function commonBeginning([first = [], ...others]: readonly (readonly Token[])[]): readonly Token[] {
  return others.reduce((beginning, other) => beginning.slice(0, inCommon(beginning, other)), first);
}

/**
 * Tokens of prompts that follow each other, where each goes on from what it shares with the last.
 */
export function tokensInAll(prompts: readonly (readonly Token[])[]): number {
  return prompts.reduce((sum, prompt, index) => sum + prompt.length - inCommon(prompts[index - 1] ?? [], prompt), 0);
}

/** Answers, and what it took to find them. */
export type Answers = Required<Pick<ModelReply, "text" | "scores" | "evaluatedTokens" | "tookMs">>;

/**
 * Answers questions one by one, each on its own behind the common beginning of their prompts. An
 * answer is read from the probabilities of the labels' first tokens, and nothing is generated. So a
 * question costs one step.
 */
export async function answerQuestions(lease: Lease, questions: readonly QuestionTokens[], signal: AbortSignal): Promise<Answers> {
  const { sequence } = lease;
  const texts: string[] = [];
  const scores: number[][] = [];
  let evaluatedTokens = lease.evaluatedTokens - 1;
  for (const { prompt, labels } of questions) {
    signal.throwIfAborted();
    await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
    const rest = prompt.slice(sequence.nextTokenIndex);
    evaluatedTokens += rest.length;
    const items: ControlledEvaluateInputItem[] = rest.map((token, index) =>
      index < rest.length - 1 ? token : [token, { generateNext: { logits: { filter: { tokens: labels.map(({ first }) => first) } } } }],
    );
    const logits = (await sequence.controlledEvaluate(items)).at(-1)?.next.logits;
    const raw = labels.map(({ first }) => logits?.get(first) ?? -Infinity);
    const most = Math.max(...raw);
    if (!Number.isFinite(most)) throw new Error("no logits for a question");
    const total = most + Math.log(raw.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
    scores.push(raw.map((logit) => round(logit - total)));
    texts.push(labels[raw.indexOf(most)]?.text ?? "");
  }
  return { text: texts.join("\n"), scores, evaluatedTokens, tookMs: performance.now() - lease.startedAt };
}

/** The journal keeps four decimals. A label that is out of the question gets a finite score. */
function round(logProbability: number): number {
  return Math.round(Math.max(logProbability, -50) * 10_000) / 10_000;
}
