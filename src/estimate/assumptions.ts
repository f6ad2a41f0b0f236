import type { PhaseSettings } from "../phases/index.ts";
import type { MeanCalls } from "../runs/journal/paid-totals.ts";
import { fewestMeasured } from "./extrapolate.ts";
import type { Means } from "./open-models.ts";
import type { PaidPhase } from "./row-use.ts";
import type { PlaceholderReplies } from "./placeholder-replies.ts";
import { student95 } from "../statistics/sampling.ts";

/** A number that is not known, and the range that it may lie in. */
export interface Assumed {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
  /** A sentence for people. It says what is assumed, and on what ground. */
  readonly said: string;
}

export interface Assumptions {
  /** Output tokens of a reply of phase 1. */
  readonly message: Assumed;
  /** Output tokens of a reply of phase 3, of one answer if the judge is asked about each phrase. */
  readonly verdict: Assumed;
  /**
   * Length of a new response. With `share` it is a multiple of the original's tokens. With `tokens`
   * it is a number of tokens.
   */
  readonly response: Assumed & { readonly unit: "share" | "tokens" };
  /**
   * The model's tokens for each counted token, in the phases that another tokenizer than the
   * model's own counts. Undefined when there are no such phases.
   */
  readonly tokenizer: (Assumed & { readonly phases: readonly PaidPhase[] }) | undefined;
}

/** Phrases of a system message. The prompt of phase 1 asks for 3 to 8, and 5.5 is the middle. */
const phrases = { low: 3, middle: 5.5, high: 8 };

export interface AssumptionOptions {
  readonly placeholders: PlaceholderReplies;
  readonly settings: PhaseSettings;
  /** Phases whose tokens are counted by another tokenizer than the model's own. */
  readonly phasesWithOtherTokenizer: readonly PaidPhase[];
  /** Means over the calls of this run's models that the journal holds. */
  readonly means: Means;
}

/**
 * Makes the assumptions of an estimate. A length is the mean of the journal's calls when there are
 * at least `fewestMeasured` of them. Otherwise it follows from the prompts, and for new responses
 * from arXiv 2502.11330.
 */
export function assume({ placeholders, settings, phasesWithOtherTokenizer, means }: AssumptionOptions): Assumptions {
  const { phraseTokens, verdictTokens } = placeholders;
  const measured = (phase: "generate" | "verify" | "respond"): Assumed | undefined =>
    fromJournal(means(phase), settings[phase].maxOutputTokens);
  const response = measured("respond");
  return {
    message: measured("generate") ?? {
      low: phrases.low * phraseTokens,
      middle: phrases.middle * phraseTokens,
      high: Math.min(phrases.high * phraseTokens, settings.generate.maxOutputTokens),
      said: `a system message of ${phrases.low} to ${phrases.high} phrases of ${Math.round(phraseTokens)} tokens: as many as the standard prompt asks for, as long as in its demonstrations`,
    },
    verdict:
      verdictTokens === undefined
        ? { ...exactly(1), said: "a judge's answer of one token to each question: whether a phrase fits, and what it serves" }
        : (measured("verify") ?? {
            ...exactly(verdictTokens),
            said: `a judge's reply of ${Math.round(verdictTokens)} tokens: the lines that it is asked for, nothing more`,
          }),
    response: response
      ? { ...response, unit: "tokens" }
      : {
          low: 1.35,
          middle: 1.55,
          high: 1.89,
          unit: "share",
          said: `a new response 1.55 times as long as the row's own, at most ${settings.respond.maxOutputTokens} tokens; range: 1.35 (LLaMA 3.1 8B) to 1.89 (Phi-4), the length ratios of arXiv 2502.11330`,
        },
    tokenizer:
      phasesWithOtherTokenizer.length === 0
        ? undefined
        : {
            phases: phasesWithOtherTokenizer,
            low: 0.8,
            middle: 1,
            high: 1.25,
            said: "0.8 to 1.25 tokens of the model for each counted one (on English rows and code, the tokenizers of Qwen3, Llama 2 and 3, Gemma 3 and DeepSeek V3 counted 0.99 to 1.24 times as many as o200k_base)",
          },
  };
}

function exactly(value: number): Omit<Assumed, "said"> {
  return { low: value, middle: value, high: value };
}

/**
 * Mean output tokens of the journal's calls, with the 95% interval of the mean by Student's t.
 * Undefined when there are fewer than `fewestMeasured` calls.
 */
function fromJournal(means: MeanCalls | undefined, maxOutputTokens: number): Assumed | undefined {
  if (means === undefined || means.calls < fewestMeasured) return undefined;
  const { calls, outputTokens: middle, outputTokensDeviation, phase } = means;
  const width = (student95(calls - 1) * outputTokensDeviation) / Math.sqrt(calls);
  return {
    low: Math.max(0, middle - width),
    middle,
    high: Math.min(maxOutputTokens, middle + width),
    said: `${phase}: ${Math.round(middle)} output tokens a call, the mean of ${calls} calls in the journal`,
  };
}
