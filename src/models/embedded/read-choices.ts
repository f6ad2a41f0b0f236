import type { ControlledEvaluateInputItem, LlamaModel, Token } from "node-llama-cpp";
import type { Choice } from "../model.ts";
import type { Lease } from "./context-sequences.ts";
import type { DecodedText } from "./decoded-text.ts";

export interface ReadChoices extends DecodedText {
  /**
   * For each choice, the probability of the label that was taken, among the labels of the choice.
   */
  readonly confidences: readonly number[];
}

/**
 * A choice as tokens. `common` is what the text before the choice and all labels begin with. The
 * rest of each label begins with another token, `first`.
 */
export interface ChoiceTokens {
  readonly common: readonly Token[];
  readonly labels: readonly { readonly text: string; readonly first: Token; readonly tokens: readonly Token[] }[];
}

/** Undefined if two labels of a choice cannot be told apart by a single token. */
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
 * Takes the likeliest label of each choice. The label is read from the probabilities at the
 * position where it would be generated. The text between choices is given to the model and not
 * generated, so a choice costs one step, and not one for each of its tokens.
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
