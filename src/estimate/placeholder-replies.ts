import type { OutputForm } from "../models/model.ts";
import type { TokenCounter } from "../models/tokenizers/token-counter.ts";
import type { PhaseSettings } from "../phases/index.ts";
import { demonstrations } from "../phases/prompts/demonstrations.ts";
import { tags, type Phrase } from "../records/system-message/phrase.ts";
import { renderTagged, renderUntagged } from "../records/system-message/render.ts";

/** Replies that take the place of a model's, and their tokens. */
export interface PlaceholderReplies {
  /** Phrases in `message`. */
  readonly phrases: number;
  /** Reply of phase 1. */
  readonly message: string;
  readonly messageTokens: number;
  /** Tokens of the message without its tags, which is the system turn of phase 4. */
  readonly systemTokens: number;
  /** Mean tokens of a phrase with its tags, over the demonstrations of the prompts. */
  readonly phraseTokens: number;
  /** Reply of phase 3. */
  readonly verdict: string;
  readonly verdictTokens: number;
  /** True when the judge gives a verdict for each phrase, false when it gives one for each tag. */
  readonly verdictFollowsPhrases: boolean;
}

export interface PlaceholderOptions {
  readonly settings: PhaseSettings;
  readonly generator: { readonly form: OutputForm; readonly counter: TokenCounter };
  readonly judge: { readonly form: OutputForm; readonly counter: TokenCounter };
}

/**
 * The message is the system message of the demonstration of median length. The judge's reply finds
 * all of it good.
 */
export function placeholderReplies({ settings, generator, judge }: PlaceholderOptions): PlaceholderReplies {
  const form = settings.generate.prompt === "paper" ? "tagged" : generator.form;
  const messages = demonstrations
    .map((demonstration) => {
      const phrases = demonstration.phrases.map(([tag, text]): Phrase => ({ tag, text, repairs: [] }));
      const message =
        form === "json" ? JSON.stringify({ phrases: phrases.map(({ tag, text }) => ({ tag, text })) }) : renderTagged(phrases);
      return { phrases, message, tokens: generator.counter.count(message) };
    })
    .toSorted((a, b) => a.tokens - b.tokens);
  const middle = messages[messages.length >> 1];
  if (middle === undefined) throw new Error("the prompts have no demonstrations");
  const total = messages.reduce((sum, { tokens, phrases }) => ({ tokens: sum.tokens + tokens, phrases: sum.phrases + phrases.length }), {
    tokens: 0,
    phrases: 0,
  });
  const followsPhrases = settings.verify.rubric === "phrases";
  const verdict = followsPhrases ? verdictOnPhrases(middle.phrases.length, judge.form) : tags.map((tag) => `${tag}: Good`).join("\n");
  return {
    phrases: middle.phrases.length,
    message: middle.message,
    messageTokens: middle.tokens,
    systemTokens: generator.counter.count(renderUntagged(middle.phrases)),
    phraseTokens: total.tokens / total.phrases,
    verdict,
    verdictTokens: judge.counter.count(verdict),
    verdictFollowsPhrases: followsPhrases,
  };
}

function verdictOnPhrases(phrases: number, form: OutputForm): string {
  const labels = Array.from({ length: phrases }, () => "Good");
  return form === "json" ? JSON.stringify({ verdicts: labels }) : labels.map((label, index) => `${index + 1}: ${label}`).join("\n");
}
