import type { ControlledEvaluateInputItem, LlamaModel, Token } from "node-llama-cpp";
import type { ModelReply, Question } from "../model.ts";
import { inCommon, type Lease } from "./context-sequences.ts";

/** A prompt that ends with a question, and the tokens of each answer. */
export interface QuestionTokens {
  readonly prompt: readonly Token[];
  readonly labels: readonly LabelTokens[];
}

interface LabelTokens {
  readonly text: string;
  readonly tokens: readonly Token[];
}

/** @throws RangeError when a label has no token, or its tokens begin another label. */
export function labelTokens(model: LlamaModel, { labels }: Question): QuestionTokens["labels"] {
  const all = labels.map((text) => ({ text, tokens: model.tokenize(text, false, "trimLeadingSpace") }));
  for (const { text, tokens } of all)
    if (all.some((other) => other.text !== text && tokens.every((token, index) => token === other.tokens[index])))
      throw new RangeError(`the tokens of the label "${text}" begin another label: ${labels.join(", ")}`);
  return all;
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
 * question costs one step, and one more for labels that begin with the same token.
 */
export async function answerQuestions(lease: Lease, questions: readonly QuestionTokens[], signal: AbortSignal): Promise<Answers> {
  const texts: string[] = [];
  const scores: number[][] = [];
  let evaluatedTokens = lease.evaluatedTokens - 1;
  const onEvaluated = (tokens: number): void => {
    evaluatedTokens += tokens;
  };
  for (const { prompt, labels } of questions) {
    signal.throwIfAborted();
    const answer = await logProbabilities(lease, { prompt, labels }, onEvaluated);
    scores.push(answer.map(round));
    texts.push(labels[answer.indexOf(Math.max(...answer))]?.text ?? "");
  }
  return { text: texts.join("\n"), scores, evaluatedTokens, tookMs: performance.now() - lease.startedAt };
}

/**
 * The logarithm of each label's probability among the labels. Labels that begin with the same token
 * are told apart by the tokens that follow it.
 */
async function logProbabilities(
  lease: Lease,
  { prompt, labels }: QuestionTokens,
  onEvaluated: (tokens: number) => void,
): Promise<number[]> {
  const { sequence } = lease;
  await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
  const rest = prompt.slice(sequence.nextTokenIndex);
  onEvaluated(rest.length);
  const firsts = [...new Set(labels.flatMap(({ tokens: [first] }) => first ?? []))];
  const items: ControlledEvaluateInputItem[] = rest.map((token, index) =>
    index < rest.length - 1 ? token : [token, { generateNext: { logits: { filter: { tokens: firsts } } } }],
  );
  const logits = (await sequence.controlledEvaluate(items)).at(-1)?.next.logits;
  const raw = firsts.map((first) => logits?.get(first) ?? -Infinity);
  const most = Math.max(...raw);
  if (!Number.isFinite(most)) throw new Error("no logits for a question");
  const total = most + Math.log(raw.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
  const found = new Map<LabelTokens, number>();
  for (const [index, first] of firsts.entries()) {
    const alike = labels.filter(({ tokens }) => tokens[0] === first);
    const ofFirst = (raw[index] ?? -Infinity) - total;
    const ends = alike.map(({ text, tokens }) => ({ text, tokens: tokens.slice(1) }));
    const further = alike.length === 1 ? [0] : await logProbabilities(lease, { prompt: [...prompt, first], labels: ends }, onEvaluated);
    for (const [place, label] of alike.entries()) found.set(label, ofFirst + (further[place] ?? -Infinity));
  }
  return labels.map((label) => found.get(label) ?? -Infinity);
}

/** The journal keeps four decimals. A label that is out of the question gets a finite score. */
function round(logProbability: number): number {
  return Math.round(Math.max(logProbability, -50) * 10_000) / 10_000;
}
