import { readFile } from "node:fs/promises";
import { z } from "zod";
import { SysGenError, UsageError, messageOf } from "../../errors.ts";
import { fetchModelFiles, type ModelFilesOptions } from "../../hub/model-files.ts";
import { isRepoName } from "../../hub/reference.ts";
import { chatTemplate, type ChatTemplate, type TemplatePiece } from "../embedded/chat-template.ts";
import type { ChatMessage } from "../model.ts";
import { countByMessage, type TokenCounter } from "./token-counter.ts";

/** What is read of `tokenizer_config.json`. */
const specialToken = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)])
  .nullish()
  .transform((token) => token ?? "");
const configSchema = z.looseObject({
  chat_template: z.union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))]).nullish(),
  bos_token: specialToken,
  eos_token: specialToken,
});
const anyObject = z.record(z.string(), z.unknown());

/**
 * True for `<owner>/<name>`, which may be a repository of the hub. vLLM and SGLang use such names.
 */
export function isHubModel(model: string): boolean {
  return model.includes("/") && isRepoName(model);
}

/**
 * Counts with a model's own tokenizer and chat template, from the hub or its cache.
 * @throws SysGenError when they cannot be fetched or read.
 */
export async function hubCounter(repo: string, options: ModelFilesOptions): Promise<TokenCounter> {
  const places = await fetchModelFiles(repo, ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"], options);
  const path = places.get("tokenizer.json");
  if (path === undefined) throw new UsageError(`the model ${repo} has no tokenizer.json.`);
  const tokenizerText = await readFile(path, "utf8");
  const configText = await textAt(places.get("tokenizer_config.json"), "{}");
  const { Tokenizer } = await importTokenizers();
  try {
    const config = configSchema.parse(JSON.parse(configText));
    const tokenizer = new Tokenizer(anyObject.parse(JSON.parse(tokenizerText)), anyObject.parse(JSON.parse(configText)));
    const count = (text: string): number => tokenizer.encode(text, { add_special_tokens: false }).ids.length;
    const template = templateOf(config, await textAt(places.get("chat_template.jinja"), ""));
    return {
      name: `the tokenizer of ${repo}${template === undefined ? " (without a chat template)" : ""}`,
      isOwn: true,
      count,
      countChat: (messages) => countRendered(template, messages, count),
      close: () => Promise.resolve(),
    };
  } catch (error) {
    throw new SysGenError(`the tokenizer of ${repo} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Renders the conversation and tokenizes the text, like a server. A conversation that the template
 * refuses is counted message by message.
 */
function countRendered(template: ChatTemplate | undefined, messages: readonly ChatMessage[], count: (text: string) => number): number {
  if (template === undefined) return countByMessage(messages, count);
  let pieces: readonly TemplatePiece[];
  try {
    pieces = template.render(messages);
  } catch {
    return countByMessage(messages, count);
  }
  return count(pieces.map(({ text }) => text).join(""));
}

/** Undefined when the model has no chat template, or one that cannot be rendered. */
function templateOf(config: z.infer<typeof configSchema>, file: string): ChatTemplate | undefined {
  const listed = config.chat_template;
  const source = file || (typeof listed === "string" ? listed : (listed?.find(({ name }) => name === "default") ?? listed?.[0])?.template);
  if (!source) return undefined;
  try {
    return chatTemplate(source, { bos: config.bos_token, eos: config.eos_token });
  } catch {
    return undefined;
  }
}

async function textAt(path: string | undefined, otherwise: string): Promise<string> {
  return path === undefined ? otherwise : readFile(path, "utf8");
}

async function importTokenizers(): Promise<typeof import("@huggingface/tokenizers")> {
  try {
    return await import("@huggingface/tokenizers");
  } catch (error) {
    throw new UsageError("its tokenizer needs @huggingface/tokenizers. Install it with: npm install @huggingface/tokenizers", {
      cause: error,
    });
  }
}
