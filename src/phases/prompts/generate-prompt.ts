import { sharedHead } from "../../models/messages-json.ts";
import type { ChatMessage, OutputForm } from "../../models/model.ts";
import type { Example } from "../../records/example.ts";
import { renderTagged } from "../../records/system-message/render.ts";
import type { Language } from "../../texts/language.ts";
import type { Rewrite } from "../row-under-way.ts";
import type { DemonstrationSet, DemonstrationSets } from "./demonstration-sets.ts";
import type { Demonstration } from "./demonstrations.ts";
import { exampleText, fence } from "./fence.ts";
import { fixedExample } from "./fixed-row.ts";
import { writingOrder } from "./tagged-message-constraint.ts";
import type { Prompt, SlotValues } from "./wording.ts";

const replyForms: Readonly<Record<OutputForm, string>> = {
  tagged: "Reply with the tagged phrases and nothing else.",
  json: 'Reply with JSON and nothing else: {"phrases": [{"tag": "Role", "text": "..."}, ...]}',
};

export interface GenerateOptions {
  readonly form: OutputForm;
  /** The language of the conversation. Undefined if it does not show. */
  readonly language: Language | undefined;
  /**
   * False leaves the demonstrations out, for a conversation that does not fit into the context
   * together with them. Default true.
   */
  readonly demonstrated?: boolean;
  /** Set when the message is written again from the beginning. */
  readonly again?: Rewrite | undefined;
  /** Which of the row's sets of demonstrations, from 0 on. Default 0. */
  readonly head?: number;
}

export interface GeneratePromptParts {
  readonly prompt: Prompt<"system" | "user">;
  readonly demonstrations: DemonstrationSets;
  /** What the slot `tags` says. */
  readonly tags: string;
  /** The operator's wishes. Undefined where there are none. */
  readonly guidance: string | undefined;
  /** Most characters of a turn that are shown. */
  readonly shown: { readonly userChars: number; readonly assistantChars: number };
}

/** The messages that prompts of a form begin with. */
interface Beginnings {
  readonly system: readonly ChatMessage[];
  /** With demonstrations as turns. */
  readonly demonstrated: Map<DemonstrationSet, readonly ChatMessage[]>;
}

/**
 * The prompt of phase 1. Everything before the conversation is the same for all rows with the same
 * set of demonstrations.
 */
export class GeneratePrompt {
  readonly #parts: GeneratePromptParts;
  readonly #beginnings = new Map<OutputForm, Beginnings>();
  /** All demonstrations, of which a prompt shows one set. */
  readonly demonstrations: readonly Demonstration[];
  /** Whether demonstrations are turns of their own. Otherwise a turn lists them. */
  readonly #showsTurns: boolean;

  constructor(parts: GeneratePromptParts) {
    this.#parts = parts;
    this.demonstrations = parts.demonstrations.all.flat();
    this.#showsTurns = !parts.prompt.uses("demonstrations");
  }

  /** Whether the prompt depends on the row's language. */
  get needsLanguage(): boolean {
    return this.#parts.prompt.uses("language") || this.#parts.demonstrations.all.length > 1;
  }

  messages(example: Example, { form, language, demonstrated = true, again, head = 0 }: GenerateOptions): ChatMessage[] {
    const { demonstrations, guidance, shown } = this.#parts;
    const text = exampleText(example, shown);
    const set = demonstrated ? demonstrations.setFor(language, text, head) : [];
    const values = { language: language?.name, fault: again?.fault, guidance };
    return [...this.#beginning(form, set), this.#turn(text, form, this.#showsTurns ? [] : set, values)];
  }

  /** All that prompts are made of beside the row, for their hash. */
  hashed(): unknown {
    const { demonstrations, prompt } = this.#parts;
    const form: OutputForm = "tagged";
    const plain = this.messages(fixedExample, { form, language: undefined, demonstrated: false });
    const beginnings = this.#showsTurns
      ? [...this.#system(form).system, ...demonstrations.all.map((set) => this.#beginning(form, set)), ...plain]
      : demonstrations.all.flatMap((set) => [
          ...this.#system(form).system,
          this.#turn(exampleText(fixedExample, this.#parts.shown), form, set, { guidance: this.#parts.guidance }),
        ]);
    return prompt.ownWords === undefined ? beginnings : [...beginnings, prompt.ownWords];
  }

  #system(form: OutputForm): Beginnings {
    const known = this.#beginnings.get(form);
    if (known !== undefined) return known;
    const { tags, guidance, prompt } = this.#parts;
    const content = prompt.render("system", { tags, reply_form: replyForms[form], guidance });
    const system = sharedHead(content === undefined ? [] : [{ role: "system", content }]);
    const made = { system, demonstrated: new Map<DemonstrationSet, readonly ChatMessage[]>() };
    this.#beginnings.set(form, made);
    return made;
  }

  #beginning(form: OutputForm, set: DemonstrationSet): readonly ChatMessage[] {
    const { system, demonstrated } = this.#system(form);
    if (!this.#showsTurns || set.length === 0) return system;
    let turns = demonstrated.get(set);
    if (turns === undefined) {
      turns = sharedHead([...system, ...set.flatMap((demonstration) => this.#demonstrate(demonstration, form))]);
      demonstrated.set(set, turns);
    }
    return turns;
  }

  #demonstrate(demonstration: Demonstration, form: OutputForm): ChatMessage[] {
    const { instruction, response, language, phrases } = demonstration;
    const ordered = writingOrder.flatMap((tag) => phrases.filter(([own]) => own === tag));
    const asked = this.#turn(`User: ${instruction}\n\nAssistant: ${response}`, form, [], { language });
    return [asked, { role: "assistant", content: messageText(ordered, form) }];
  }

  #turn(text: string, form: OutputForm, listed: DemonstrationSet, values: SlotValues): ChatMessage {
    const { tags, prompt } = this.#parts;
    const content = prompt.render("user", {
      ...values,
      conversation: fence("conversation", text),
      language: values["language"] ?? "the language of the conversation",
      demonstrations: listed.map(({ language = "", instruction, response, phrases }) => ({
        language,
        instruction,
        response,
        message: messageText(phrases, form),
      })),
      tags,
      reply_form: replyForms[form],
    });
    return { role: "user", content: content ?? "" };
  }
}

function messageText(phrases: Demonstration["phrases"], form: OutputForm): string {
  const tagged = phrases.map(([tag, text]) => ({ tag, text }));
  return form === "json" ? JSON.stringify({ phrases: tagged }) : renderTagged(tagged);
}
