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
   * False when the template refuses or drops a system message, or writes it behind a response.
   * `render` then folds it (`foldSystem`).
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
  const renderPlaceholders = (messages: readonly ChatMessage[], isPrompt = true): string =>
    template.render({
      messages: messages.map((message, index) => ({ role: message.role, content: placeholderOf(index) })),
      add_generation_prompt: isPrompt,
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

const system: ChatMessage = { role: "system", content: "" };
const user: ChatMessage = { role: "user", content: "" };
const assistant: ChatMessage = { role: "assistant", content: "" };
/** Some templates write the system message only while the last message is the user's. */
const shapes = [[user], [user, assistant], [user, assistant, user], [user, assistant, user, assistant]];

type Render = (messages: readonly ChatMessage[], isPrompt: boolean) => string;

/**
 * Whether a system message is before the first response, as training asks of a template
 * (`system_role` in chat_texts.py). So a base model and what is trained of it are asked alike.
 */
function probeSystemRole(render: Render): boolean {
  return shapes.every((turns) => {
    const isPrompt = turns.at(-1) === user;
    try {
      const [before = ""] = render([system, ...turns], isPrompt).split(placeholderOf(2));
      return before.includes(placeholderOf(0));
    } catch (error) {
      if (!isRefused(() => render(turns, isPrompt))) return false;
      if (turns.length === 1) throw new SysGenError(`The model's chat template cannot be rendered: ${messageOf(error)}`, { cause: error });
      // Such turns are refused whether a system message is before them or not.
      return true;
    }
  });
}

function isRefused(render: () => void): boolean {
  try {
    render();
    return false;
  } catch {
    return true;
  }
}
