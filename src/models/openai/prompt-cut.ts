import { ModelError } from "../../errors.ts";
import type { ChatMessage } from "../model.ts";

/** Prompts of fewer tokens fit every server's context. */
const fewestTokens = 1_000;
/** A smaller count is that of tokens that were not in the server's cache. */
const fewestCounted = 256;
/** A prompt with a token in 8 characters is whole for sure. */
const charactersPerToken = 8;
/** Tokenizers whose tokens hold several words still make more tokens than this of a word. */
const tokensPerWord = 0.7;
/** The same for a character of a script that is written without blanks. */
const tokensPerCharacter = 0.25;

/**
 * Throws when a server counted far fewer prompt tokens than the prompt can have. It has cut the
 * prompt then, and the reply answers a part of it.
 * @param counted Prompt tokens by the server's count, cached ones included. 0 if it does not say.
 * @throws ModelError `bad-reply` that stops the run, with the settings to change.
 */
export function checkWhole(messages: readonly ChatMessage[], counted: number, server: string): void {
  if (counted < fewestCounted) return;
  let characters = 0;
  for (const { content } of messages) characters += content.length;
  if (characters <= counted * charactersPerToken) return;
  const least = leastTokens(messages);
  if (least < fewestTokens || counted >= least) return;
  throw new ModelError(
    "bad-reply",
    `${server} cut a prompt of at least ${least} tokens to ${counted}, and replied to what was left. Give the model a longer context: num_ctx or OLLAMA_CONTEXT_LENGTH of Ollama, the context length of the loaded model in LM Studio, --ctx-size of llama.cpp`,
    { stops: "always" },
  );
}

/** The fewest tokens that a prompt can have. A run of blanks or signs may be a single token. */
function leastTokens(messages: readonly ChatMessage[]): number {
  let least = 0;
  for (const { content } of messages) {
    const unspaced = content.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/gu)?.length ?? 0;
    const words = content.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
    least += words * tokensPerWord + unspaced * tokensPerCharacter;
  }
  return Math.floor(least);
}
