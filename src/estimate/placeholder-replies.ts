import type { OutputForm } from "../models/model.ts";
import type { TokenCounter } from "../models/tokenizers/token-counter.ts";
import { counterEvidence } from "../phases/counter-evidence.ts";
import { generate } from "../phases/generate.ts";
import type { PhaseSettings } from "../phases/index.ts";
import { generatePromptOf } from "../phases/prompts/generate-prompts.ts";
import { fixedExample } from "../phases/prompts/fixed-row.ts";
import { verify } from "../phases/verify.ts";
import type { Phrase } from "../records/system-message/phrase.ts";
import { renderUntagged } from "../records/system-message/render.ts";
import type { TagSet } from "../records/system-message/tag-set.ts";

/** The placeholder replies of an estimate, and their tokens. */
export interface PlaceholderReplies {
  /** Phrases of the system message that the placeholder reply of phase 1 holds. */
  readonly phrases: readonly Phrase[];
  /** Tokens of the reply of phase 1. */
  readonly messageTokens: number;
  /** Tokens of the message without its tags, which is the system turn of phase 4. */
  readonly systemTokens: number;
  /** Mean tokens of a phrase with its tags, over the demonstrations of the prompts. */
  readonly phraseTokens: number;
  /**
   * Tokens of the reply of phase 3 when the judge gives a verdict for each tag. Undefined when it
   * is asked about each phrase.
   */
  readonly verdictTokens: number | undefined;
}

export interface PlaceholderOptions {
  readonly settings: PhaseSettings;
  readonly tags: TagSet;
  readonly generator: { readonly form: OutputForm; readonly counter: TokenCounter };
  readonly judge: { readonly form: OutputForm; readonly counter: TokenCounter };
}

/**
 * The message is the system message of a demonstration. It has the median length of those that
 * fit any conversation, if there are such. Where no demonstration has a tag of the run, each of
 * the run's tags has its example or meaning as a phrase. The judge's reply finds all of it good.
 */
export function placeholderReplies({ settings, tags, generator, judge }: PlaceholderOptions): PlaceholderReplies {
  const shown = generatePromptOf(settings.generate, tags).demonstrations;
  const ownPhrases = tags.own.map(({ name, meaning, example = `${meaning}.` }) => [name, example] as const);
  const messages = (shown.length > 0 ? shown : [{ phrases: ownPhrases }])
    .map((demonstration) => {
      const phrases = demonstration.phrases.map(([tag, text]): Phrase => ({ tag, text, repairs: [] }));
      const asked = { form: generator.form, tags, call: 0 };
      const message = generate.placeholderReply({ example: fixedExample, phrases }, settings.generate, asked);
      return { phrases, tokens: generator.counter.count(message) };
    })
    .toSorted((a, b) => a.tokens - b.tokens);
  const fitting = messages.filter(({ phrases }) => phrases.every(({ text }) => counterEvidence(fixedExample, text) === undefined));
  const middle = fitting[fitting.length >> 1] ?? messages[messages.length >> 1];
  if (middle === undefined) throw new Error("the prompts have no demonstrations");
  const { phrases, tokens: messageTokens } = middle;
  const total = messages.reduce((sum, one) => ({ tokens: sum.tokens + one.tokens, phrases: sum.phrases + one.phrases.length }), {
    tokens: 0,
    phrases: 0,
  });
  const isAskedByPhrase = settings.verify.rubric === "phrases";
  const verdict = verify.placeholderReply({ example: fixedExample, phrases }, settings.verify, { form: judge.form, tags, call: 0 });
  return {
    phrases,
    messageTokens,
    systemTokens: generator.counter.count(renderUntagged(phrases)),
    phraseTokens: total.tokens / total.phrases,
    verdictTokens: isAskedByPhrase ? undefined : judge.counter.count(verdict),
  };
}
