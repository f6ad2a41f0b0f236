import type { LlamaModel, Token } from "node-llama-cpp";
import { ModelError, messageOf } from "../../errors.ts";
import { chatTemplate, type ChatTemplate } from "./chat-template.ts";
import type { ModelCall } from "../model.ts";

/** ChatML, for a GGUF file without a chat template. */
const fallbackTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}{{ '<|im_start|>assistant\n' }}";

/** The model's chat template, or ChatML. */
export function templateOf(model: LlamaModel): ChatTemplate {
  const { chat_template: source } = model.fileInfo.metadata.tokenizer;
  const { bosString: bos, eosString: eos } = model.tokens;
  // If `tokenize` adds the BOS token, the template must not add it too.
  return chatTemplate(source ?? fallbackTemplate, { bos: model.tokens.shouldPrependBosToken ? "" : (bos ?? ""), eos: eos ?? "" });
}

/** The tokens of a conversation up to where the reply begins. */
export function tokenize(model: LlamaModel, template: ChatTemplate, { messages }: Pick<ModelCall, "messages">): Token[] {
  const { bos, shouldPrependBosToken } = model.tokens;
  const start = shouldPrependBosToken && bos !== null ? [bos] : [];
  return [...start, ...template.render(messages).flatMap((piece) => model.tokenize(piece.text, !piece.isContent, "trimLeadingSpace"))];
}

/**
 * `tokenize` for a call. A template may refuse one conversation, for example if its roles do not
 * alternate. Only that row fails then.
 * @throws ModelError `bad-request` when the template refuses the conversation.
 */
export function tokenizeOrRefuse(model: LlamaModel, template: ChatTemplate, call: Pick<ModelCall, "messages">): Token[] {
  try {
    return tokenize(model, template, call);
  } catch (error) {
    throw new ModelError("bad-request", `the model's chat template refuses the conversation: ${messageOf(error)}`, { cause: error });
  }
}
