import { SysGenError, messageOf } from "../../errors.ts";
import { contextSizeOf, leastRoom } from "../embedded/context-size.ts";
import { importEngine } from "../embedded/import-engine.ts";
import { templateOf, tokenize } from "../embedded/tokenize-chat.ts";
import type { ModelChoice } from "../model-choice.ts";
import { countByMessage, type TokenCounter } from "./token-counter.ts";

/**
 * Counts with the vocabulary and chat template of a GGUF file. The weights are not loaded.
 * @throws SysGenError when the file cannot be read.
 */
export async function ggufCounter(path: string, { model, contextSize }: Pick<ModelChoice, "model" | "contextSize">): Promise<TokenCounter> {
  const { getLlama, LlamaLogLevel } = await importEngine();
  const llama = await getLlama({ build: "never", logLevel: LlamaLogLevel.error, progressLogs: false });
  try {
    const vocabulary = await llama.loadModel({ modelPath: path, vocabOnly: true });
    const template = templateOf(vocabulary);
    // `trainContextSize` of the model is not set without its weights. The file's header has it.
    const trained = vocabulary.fileInsights.trainContextSize ?? Infinity;
    const count = (text: string): number => vocabulary.tokenize(text, false, "trimLeadingSpace").length;
    return {
      name: `the vocabulary of ${model}`,
      isOwn: true,
      mostPromptTokens: contextSizeOf(trained, contextSize) - leastRoom,
      count,
      countChat(messages) {
        try {
          return tokenize(vocabulary, template, { messages }).length;
        } catch {
          // The template refuses this conversation. A run drops such a row.
          return countByMessage(messages, count);
        }
      },
      close: () => llama.dispose(),
    };
  } catch (error) {
    await llama.dispose();
    throw new SysGenError(`the vocabulary in ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
