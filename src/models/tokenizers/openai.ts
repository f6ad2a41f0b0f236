import { UsageError, messageOf } from "../../errors.ts";
import { countByMessage, type TokenCounter } from "./token-counter.ts";

type EncodingName = "o200k_base" | "cl100k_base";

/**
 * The encoding of an OpenAI model. Undefined for any other name. The name may begin with `openai/`
 * and `ft:`.
 */
export function openAiEncoding(model: string): EncodingName | undefined {
  const name = model.replace(/^openai\//, "").replace(/^ft:/, "");
  if (/^(?:gpt-4o|gpt-4\.\d|gpt-[5-9]|chatgpt-4o|o[134])(?![a-z])/.test(name)) return "o200k_base";
  if (/^(?:gpt-4|gpt-3\.5)(?![\w.])/.test(name)) return "cl100k_base";
  return undefined;
}

/** Texts whose counts are remembered, because prompts begin with the same messages. */
const mostRemembered = 1_000;

/**
 * Counts with an encoding of OpenAI.
 * @throws UsageError when gpt-tokenizer is not installed.
 */
export async function openAiCounter(encoding: EncodingName, about: Pick<TokenCounter, "name" | "isOwn">): Promise<TokenCounter> {
  const { countTokens } = await importEncoding(encoding);
  const remembered = new Map<string, number>();
  const count = (text: string): number => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    // With an empty set, special tokens in a text are counted as text and not refused.
    const tokens = countTokens(text, { disallowedSpecial: new Set() });
    if (remembered.size < mostRemembered) remembered.set(text, tokens);
    return tokens;
  };
  return { ...about, count, countChat: (messages) => countByMessage(messages, count), close: () => Promise.resolve() };
}

async function importEncoding(encoding: EncodingName): Promise<typeof import("gpt-tokenizer/encoding/o200k_base")> {
  try {
    return encoding === "o200k_base"
      ? await import("gpt-tokenizer/encoding/o200k_base")
      : await import("gpt-tokenizer/encoding/cl100k_base");
  } catch (error) {
    throw new UsageError(`Tokens cannot be counted (${messageOf(error)}). Install the tokenizer with: npm install gpt-tokenizer`, {
      cause: error,
    });
  }
}
