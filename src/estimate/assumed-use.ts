import type { PhaseSettings } from "../phases/index.ts";
import type { Assumed, Assumptions } from "./assumptions.ts";
import type { CountedCall } from "./count-prompts.ts";
import { mapUse, noUse, withCall, type PaidPhase, type RowUse } from "./row-use.ts";
import type { PlaceholderReplies } from "./placeholder-replies.ts";

/** Lengths of replies, with one number for each assumption. */
export interface Lengths {
  /** Output tokens of a reply of phase 1. */
  readonly message: number;
  /** Output tokens of a reply of phase 3, or of an answer. */
  readonly verdict: number;
  /**
   * Length of a new response. With `share`, `value` is a multiple of the original's tokens. With
   * `tokens`, it is a number of tokens.
   */
  readonly response: { readonly unit: "share" | "tokens"; readonly value: number };
  /** By phase, the model's tokens for each counted token. 1 for a phase that is not here. */
  readonly tokenizer: Readonly<Partial<Record<PaidPhase, number>>>;
}

/**
 * What a row uses if replies have these lengths and no call has to be repeated. Replies of phases
 * whose lengths are not assumed are as long as their placeholders.
 */
export function useWith(
  calls: readonly CountedCall[],
  lengths: Lengths,
  placeholders: PlaceholderReplies,
  settings: PhaseSettings,
): RowUse {
  const { message, verdict, response, tokenizer } = lengths;
  const { messageTokens, systemTokens } = placeholders;
  const newLength = (original: number): number =>
    Math.min(settings.respond.maxOutputTokens, response.unit === "share" ? response.value * original : response.value);
  // The prompts were counted with placeholder replies. What the assumed lengths differ from these
  // is added.
  const originals: number[] = [];
  let use = noUse;
  const longerMessage = message / messageTokens;
  for (const { phase, promptTokens, questions, replyTokens } of calls) {
    switch (phase) {
      case "generate":
        use = withCall(use, phase, promptTokens, message);
        break;
      case "verify":
        // A longer message has more phrases, and each phrase has its questions.
        if (questions.number === 0) use = withCall(use, phase, promptTokens + message - messageTokens, verdict);
        else if (questions.number === 1) use = withCall(use, phase, promptTokens, verdict, longerMessage);
        else use = withCall(use, phase, promptTokens + questions.tokens * (longerMessage - 1), verdict * questions.number * longerMessage);
        break;
      case "respond": {
        const longer = originals.reduce((total, original) => total + newLength(original) - original, 0);
        use = withCall(use, phase, promptTokens + systemTokens * (longerMessage - 1) + longer, newLength(replyTokens));
        originals.push(replyTokens);
        break;
      }
      default:
        use = withCall(use, phase, promptTokens, replyTokens);
    }
  }
  return mapUse(use, (value, phase, kind) => (kind === "calls" ? value : value * (tokenizer[phase] ?? 1)));
}

/**
 * The middles of all assumptions, and for each assumption its two ends with all others in the
 * middle.
 */
export function lengthsOf(assumptions: Assumptions): { middle: Lengths; ranges: readonly { low: Lengths; high: Lengths }[] } {
  const { message, verdict, response, tokenizer } = assumptions;
  const middle: Lengths = {
    message: message.middle,
    verdict: verdict.middle,
    response: { unit: response.unit, value: response.middle },
    tokenizer: {},
  };
  const range = (assumed: Assumed, at: (value: number) => Lengths): { low: Lengths; high: Lengths } => ({
    low: at(assumed.low),
    high: at(assumed.high),
  });
  return {
    middle,
    ranges: [
      range(message, (value) => ({ ...middle, message: value })),
      range(verdict, (value) => ({ ...middle, verdict: value })),
      range(response, (value) => ({ ...middle, response: { unit: response.unit, value } })),
      ...(tokenizer === undefined
        ? []
        : [
            range(tokenizer, (value) => ({
              ...middle,
              tokenizer: { ...middle.tokenizer, ...Object.fromEntries(tokenizer.phases.map((phase) => [phase, value])) },
            })),
          ]),
    ],
  };
}
