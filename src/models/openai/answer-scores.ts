import { z } from "zod";
import { answerIn } from "../../texts/replies/answer-in.ts";
import type { Question } from "../model.ts";

/**
 * `logprobs` of a choice (https://platform.openai.com/docs/api-reference/chat/object). vLLM, SGLang
 * and llama.cpp write the same.
 */
export const logprobsSchema = z
  .object({
    content: z
      .array(
        z.object({
          token: z.string(),
          logprob: z.number(),
          top_logprobs: z.array(z.object({ token: z.string(), logprob: z.number() })).catch([]),
        }),
      )
      .nullish(),
  })
  .nullish()
  .catch(null);
type Logprobs = z.infer<typeof logprobsSchema>;

/** The score of a label that is not among the likeliest tokens is at most this. */
const leastScore = -50;

/**
 * The logarithm of each label's probability among the labels, at the position where the answer
 * begins. A token counts toward a label when the label begins with it, in any case. A label whose
 * token is not among the likeliest counts as the least likely of them, or as what they leave of all
 * probability if that is less.
 * @returns undefined when no token at that position begins a label
 */
export function answerScores(logprobs: Logprobs, { labels }: Question): readonly number[] | undefined {
  const content = logprobs?.content ?? [];
  const answer = content.slice(answerStart(content.map(({ token }) => token))).find(({ token }) => token.trim() !== "");
  if (answer === undefined) return undefined;
  const tokens = answer.top_logprobs.length > 0 ? answer.top_logprobs : [answer];
  const masses = labels.map((label) =>
    tokens.filter(({ token }) => begins(label, token)).reduce((sum, { logprob }) => sum + Math.exp(logprob), 0),
  );
  if (masses.every((mass) => mass === 0)) return undefined;
  const probabilities = tokens.map(({ logprob }) => Math.exp(logprob));
  const left = Math.max(0, 1 - probabilities.reduce((sum, one) => sum + one, 0));
  const rest = Math.min(left, ...probabilities);
  const raw = masses.map((mass) => Math.log(mass > 0 ? mass : rest));
  const total = Math.log(raw.reduce((sum, one) => sum + Math.exp(one), 0));
  return raw.map((one) => Math.round(Math.max(one - total, leastScore) * 10_000) / 10_000);
}

function begins(label: string, token: string): boolean {
  const written = token.trim().toLowerCase();
  return written !== "" && label.toLowerCase().startsWith(written);
}

/**
 * Index of the token at which the answer begins, behind reasoning and tokens of a template. It is
 * the number of tokens if there is no answer.
 */
function answerStart(tokens: readonly string[]): number {
  const text = tokens.join("");
  const answer = answerIn(text, () => "");
  if (answer === text) return 0;
  const start = answer === "" ? text.length : text.lastIndexOf(answer);
  let length = 0;
  const first = tokens.findIndex((token) => (length += token.length) > start);
  return first === -1 ? tokens.length : first;
}
