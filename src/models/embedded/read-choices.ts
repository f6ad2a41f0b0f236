import type { ControlledEvaluateInputItem, LlamaModel, Token } from "node-llama-cpp";
import type { Choice } from "../model.ts";
import type { Lease } from "./context-sequences.ts";
import type { Written } from "./decoded-text.ts";

export interface ReadChoices extends Written {
  /** Of each choice that was made: the model's probability for it among its labels. */
  readonly confidences: readonly number[];
}

/** A choice as tokens: what all its labels begin with, and what each goes on with, told apart by its first token. */
export interface ChoiceTokens {
  readonly common: readonly Token[];
  readonly labels: readonly { readonly text: string; readonly first: Token; readonly tokens: readonly Token[] }[];
}

/** Undefined where the labels of a choice begin with the same token, so that no one position tells them apart. */
export function choiceTokens(model: LlamaModel, choices: readonly Choice[]): ChoiceTokens[] | undefined {
  const all: ChoiceTokens[] = [];
  for (const { before, labels } of choices) {
    const whole = labels.map((label) => model.tokenize(before + label, false, "trimLeadingSpace"));
    const [one = []] = whole;
    let length = 0;
    while (length < one.length && whole.every((tokens) => tokens[length] === one[length])) length++;
    const ends = whole.flatMap((tokens, index) => {
      const [first, ...rest] = tokens.slice(length);
      return first === undefined ? [] : [{ text: before + (labels[index] ?? ""), first, tokens: [first, ...rest] }];
    });
    if (length === 0 || new Set(ends.map(({ first }) => first)).size < labels.length) return undefined;
    all.push({ common: one.slice(0, length), labels: ends });
  }
  return all;
}

/**
 * The likeliest label of each choice, read at the position where it would be written: the text between choices is fed, not generated, so
 * that a choice costs one step and not one for each of its tokens.
 */
export async function readChoices(
  { sequence, lastToken }: Lease,
  choices: readonly ChoiceTokens[],
  signal: AbortSignal,
): Promise<ReadChoices> {
  let fed: readonly Token[] = [lastToken];
  let text = "";
  let outputTokens = 0;
  const confidences: number[] = [];
  for (const { common, labels } of choices) {
    signal.throwIfAborted();
    const tokens = [...fed, ...common];
    const asked: ControlledEvaluateInputItem[] = tokens.map((token, index) =>
      index < tokens.length - 1 ? token : [token, { generateNext: { logits: { filter: { tokens: labels.map(({ first }) => first) } } } }],
    );
    const logits = (await sequence.controlledEvaluate(asked)).at(-1)?.next.logits;
    const scored = labels.map((label) => ({ ...label, logit: logits?.get(label.first) ?? -Infinity }));
    const [best] = scored.toSorted((a, b) => b.logit - a.logit);
    if (best === undefined || !Number.isFinite(best.logit)) throw new Error("no logits for a choice");
    confidences.push(1 / scored.reduce((sum, { logit }) => sum + Math.exp(logit - best.logit), 0));
    text += best.text;
    outputTokens += common.length + best.tokens.length;
    fed = best.tokens;
  }
  return { text, finishReason: "stop", outputTokens, confidences };
}
