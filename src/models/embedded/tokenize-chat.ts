import type { LlamaModel, Token } from "node-llama-cpp";
import { ModelError, messageOf } from "../../errors.ts";
import { chatTemplate, type ChatTemplate } from "./chat-template.ts";
import type { ModelCall } from "../model.ts";

/** ChatML, for a GGUF file that carries no template of its own. */
const fallbackTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}{{ '<|im_start|>assistant\n' }}";

export function templateOf(model: LlamaModel): ChatTemplate {
  const { chat_template: source } = model.fileInfo.metadata.tokenizer;
  const { bosString: bos, eosString: eos } = model.tokens;
  // Where the tokenizer adds BOS by itself (see tokenize), the template must not.
  return chatTemplate(source ?? fallbackTemplate, { bos: model.tokens.shouldPrependBosToken ? "" : (bos ?? ""), eos: eos ?? "" });
}

export function tokenize(model: LlamaModel, template: ChatTemplate, { messages }: Pick<ModelCall, "messages">): Token[] {
  const { bos, shouldPrependBosToken } = model.tokens;
  const start = shouldPrependBosToken && bos !== null ? [bos] : [];
  return [...start, ...template.render(messages).flatMap((piece) => model.tokenize(piece.text, !piece.isContent, "trimLeadingSpace"))];
}

/** A template may refuse one conversation (roles that do not alternate); that is this row's failure alone. */
export function tokenizeOrRefuse(model: LlamaModel, template: ChatTemplate, call: ModelCall): Token[] {
  try {
    return tokenize(model, template, call);
  } catch (error) {
    throw new ModelError("bad-request", `the model's chat template refuses the conversation: ${messageOf(error)}`, { cause: error });
  }
}
