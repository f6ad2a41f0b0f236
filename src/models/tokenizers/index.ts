import { existsSync } from "node:fs";
import { SysGenError } from "../../errors.ts";
import type { ModelFilesOptions } from "../../hub/model-files.ts";
import { findModel } from "../weights/find-model.ts";
import type { ModelChoice } from "../model-choice.ts";
import { cachedPath } from "../weights/weights.ts";
import type { TokenCounter } from "./token-counter.ts";

/**
 * Counts the tokens of a model with its own tokenizer. If that cannot be had, OpenAI's o200k_base
 * stands in, and the counter's `name` says so. No weights are fetched.
 * @throws UsageError when no tokenizer is installed.
 */
export async function openTokenCounter(choice: ModelChoice, options: ModelFilesOptions): Promise<TokenCounter> {
  const { openAiEncoding, openAiCounter } = await import("./openai.ts");
  const { model } = choice;
  const encoding = choice.baseUrls.length === 0 ? undefined : openAiEncoding(model);
  if (encoding !== undefined) return openAiCounter(encoding, { name: encoding, isOwn: true });
  const standIn = (why: string): Promise<TokenCounter> =>
    openAiCounter("o200k_base", { name: `o200k_base, not ${model}'s own tokenizer (${why})`, isOwn: false });
  try {
    if (choice.baseUrls.length === 0) return await embedded(choice, options, standIn);
    const { isHubModel, hubCounter } = await import("./hub.ts");
    if (isHubModel(model)) return await hubCounter(model, options);
  } catch (error) {
    if (error instanceof SysGenError) return standIn(error.message.replace(/\.$/, ""));
    throw error;
  }
  return standIn("the name is none of OpenAI's and no <owner>/<name> of the hub");
}

async function embedded(
  choice: ModelChoice,
  { env }: ModelFilesOptions,
  standIn: (why: string) => Promise<TokenCounter>,
): Promise<TokenCounter> {
  const { model } = choice;
  const known = findModel(model);
  const path = known === undefined ? model : cachedPath(known, env);
  if (!existsSync(path)) return standIn(`it is not on disk; sysgen models pull ${model} fetches it`);
  const { ggufCounter } = await import("./gguf.ts");
  return ggufCounter(path, choice);
}
