import { Template } from "@huggingface/jinja";
import { SysGenError, messageOf } from "../../errors.ts";
import { foldSystem } from "../fold-system.ts";
import type { ChatMessage } from "../model.ts";

/** A piece of a rendered conversation. */
export interface TemplatePiece {
  readonly text: string;
  /**
   * False for the template's own text, in which special tokens are tokens. In content they are
   * text.
   */
  readonly isContent: boolean;
}

export interface ChatTemplate {
  /**
   * False when the template refuses or drops a system message. `render` then folds it
   * (`foldSystem`).
   */
  readonly takesSystemRole: boolean;
  render(messages: readonly ChatMessage[]): TemplatePiece[];
}

/** Stands for a message's content. The characters are from Unicode's private use area. */
const placeholderOf = (index: number): string => `\uE000${index}\uE001`;
const placeholder = /\uE000(\d+)\uE001/;

/**
 * A model's Jinja chat template (`tokenizer.chat_template` of a GGUF file). Messages are rendered
 * as placeholders and put in afterwards. So text of a row such as `<|im_end|>` never becomes a
 * special token.
 * @throws SysGenError when the template cannot be rendered.
 */
export function chatTemplate(source: string, specialTokens: { bos: string; eos: string }): ChatTemplate {
  const template = new Template(source);
  const renderPlaceholders = (messages: readonly ChatMessage[]): string =>
    template.render({
      messages: messages.map((message, index) => ({ role: message.role, content: placeholderOf(index) })),
      add_generation_prompt: true,
      enable_thinking: false,
      bos_token: specialTokens.bos,
      eos_token: specialTokens.eos,
    });
  const takesSystemRole = probeSystemRole(renderPlaceholders);
  return {
    takesSystemRole,
    render(messages) {
      const accepted = takesSystemRole ? messages : foldSystem(messages);
      const pieces = renderPlaceholders(accepted).split(placeholder);
      // `split` with a group alternates between template text and the index of a message.
      return pieces
        .map((piece, position) =>
          position % 2 === 0 ? { text: piece, isContent: false } : { text: accepted[Number(piece)]?.content ?? "", isContent: true },
        )
        .filter((piece) => piece.text !== "");
    },
  };
}

/** Whether a system message's content is in the rendered text. */
function probeSystemRole(render: (messages: readonly ChatMessage[]) => string): boolean {
  const user: ChatMessage = { role: "user", content: "" };
  try {
    return render([{ role: "system", content: "" }, user]).includes(placeholderOf(0));
  } catch {
    try {
      render([user]);
      return false;
    } catch (error) {
      throw new SysGenError(`The model's chat template cannot be rendered: ${messageOf(error)}`, { cause: error });
    }
  }
}
