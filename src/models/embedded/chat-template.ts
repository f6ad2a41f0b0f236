import { Template } from "@huggingface/jinja";
import { SysGenError, messageOf } from "../../errors.ts";
import { foldSystem } from "../fold-system.ts";
import type { ChatMessage } from "../model.ts";

/** A piece of a rendered conversation: the template's own text, in which special tokens count, or a message's, in which they do not. */
export interface TemplatePiece {
  readonly text: string;
  readonly isContent: boolean;
}

export interface ChatTemplate {
  /** False when the template refuses the system role or loses its text: messages are then folded before rendering. */
  readonly takesSystemRole: boolean;
  render(messages: readonly ChatMessage[]): TemplatePiece[];
}

const markOf = (index: number): string => `\uE000${index}\uE001`;
const marks = /\uE000(\d+)\uE001/;

/**
 * A model's Jinja chat template, as it stands in its GGUF file (`tokenizer.chat_template`). Messages are rendered as marks and
 * put in afterwards, so that text of a row such as `<|im_end|>` never becomes a special token.
 * @throws SysGenError when the template cannot be rendered.
 */
export function chatTemplate(source: string, specialTokens: { bos: string; eos: string }): ChatTemplate {
  const template = new Template(source);
  const renderMarks = (messages: readonly ChatMessage[]): string =>
    template.render({
      messages: messages.map((message, index) => ({ role: message.role, content: markOf(index) })),
      add_generation_prompt: true,
      enable_thinking: false,
      bos_token: specialTokens.bos,
      eos_token: specialTokens.eos,
    });
  const takesSystemRole = probe(renderMarks);
  return {
    takesSystemRole,
    render(messages) {
      const accepted = takesSystemRole ? messages : foldSystem(messages);
      const pieces = renderMarks(accepted).split(marks);
      // split() with a group alternates: template text, index of a message, template text ...
      return pieces
        .map((piece, position) =>
          position % 2 === 0 ? { text: piece, isContent: false } : { text: accepted[Number(piece)]?.content ?? "", isContent: true },
        )
        .filter((piece) => piece.text !== "");
    },
  };
}

function probe(render: (messages: readonly ChatMessage[]) => string): boolean {
  const user: ChatMessage = { role: "user", content: "" };
  try {
    return render([{ role: "system", content: "" }, user]).includes(markOf(0));
  } catch {
    try {
      render([user]);
      return false;
    } catch (error) {
      throw new SysGenError(`The model's chat template cannot be rendered: ${messageOf(error)}`, { cause: error });
    }
  }
}
