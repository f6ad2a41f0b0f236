import { sharedHead } from "../../models/messages-json.ts";
import type { ChatMessage, OutputForm } from "../../models/model.ts";
import type { Example } from "../../records/example.ts";
import { renderTagged } from "../../records/system-message/render.ts";
import { shownTag, type TagSet } from "../../records/system-message/tag-set.ts";
import type { Language } from "../../texts/language.ts";
import type { Rewrite } from "../row-under-way.ts";
import type { DemonstrationSet, DemonstrationSets } from "./demonstration-sets.ts";
import { demonstrationsWith, type Demonstration } from "./demonstrations.ts";
import { exampleText, fence } from "./fence.ts";
import { fixedExample } from "./fixed-row.ts";
import { askSentences, nothingAsked, type TagAsk } from "./tag-ask.ts";
import { writingOrder } from "./tagged-message-constraint.ts";
import type { Prompt } from "./wording.ts";

const replyForms: Readonly<Record<OutputForm, (tags: TagSet) => string>> = {
  tagged: () => "Reply with the tagged phrases and nothing else.",
  json: (tags) => `Reply with JSON and nothing else: {"phrases": [{"tag": "${shownTag(tags, "Role")}", "text": "..."}, ...]}`,
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
  /** What is asked for to meet wanted shares of tags. Default nothing. */
  readonly ask?: TagAsk | undefined;
  /** Set when the message is written again from the beginning. */
  readonly again?: Rewrite | undefined;
  /** Which of the row's sets of demonstrations, from 0 on. Default 0. */
  readonly head?: number;
}

export interface GeneratePromptParts {
  readonly prompt: Prompt<"system" | "user">;
  readonly demonstrations: DemonstrationSets;
  /** The functionalities that phrases may serve. */
  readonly tags: TagSet;
  /** What the slot `tags` says. */
  readonly tagGuide: (tags: TagSet) => string;
  /** The operator's wishes. Undefined where there are none. */
  readonly guidance: string | undefined;
  /** Most characters of a turn that are shown. */
  readonly shown: { readonly userChars: number; readonly assistantChars: number };
}

/** What a turn says beside its conversation and its demonstrations. */
type TurnValues = Readonly<Partial<Record<"language" | "fault" | "asked_tags" | "guidance", string | undefined>>>;

const noDemonstrations: DemonstrationSet = [];
/** Stands for the conversation in a turn that rows share. */
const place = "\0";

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
  /** The pieces of the user's turn around the conversation, by the demonstrations that it lists. */
  readonly #frames = new Map<DemonstrationSet, Map<string, readonly string[]>>();
  /** All demonstrations, of which a prompt shows one set. */
  readonly demonstrations: readonly Demonstration[];
  /** Whether demonstrations are turns of their own. Otherwise a turn lists them. */
  readonly #showsTurns: boolean;

  constructor(parts: GeneratePromptParts) {
    this.#parts = parts;
    this.demonstrations = demonstrationsWith(parts.demonstrations.all.flat(), parts.tags);
    this.#showsTurns = !parts.prompt.uses("demonstrations");
  }

  /** Whether the prompt depends on the row's language. */
  get needsLanguage(): boolean {
    return this.#parts.prompt.uses("language") || this.#parts.demonstrations.all.length > 1;
  }

  messages(example: Example, { form, language, demonstrated = true, ask = nothingAsked, again, head = 0 }: GenerateOptions): ChatMessage[] {
    const { demonstrations, guidance, shown, tags } = this.#parts;
    const text = exampleText(example, shown);
    const set = demonstrated ? demonstrations.setFor(language, text, head) : noDemonstrations;
    const asked_tags = askSentences(ask, tags).trim() || undefined;
    const values = { language: language?.name, fault: again?.fault, asked_tags, guidance };
    return [...this.#beginning(form, set), this.#turn(text, form, this.#showsTurns ? noDemonstrations : set, values)];
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
    const { tags, tagGuide, guidance, prompt } = this.#parts;
    const content = prompt.render("system", { tags: tagGuide(tags), reply_form: replyForms[form](tags), guidance });
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
      turns = sharedHead([
        ...system,
        ...demonstrationsWith(set, this.#parts.tags).flatMap((demonstration) => this.#demonstrate(demonstration, form)),
      ]);
      demonstrated.set(set, turns);
    }
    return turns;
  }

  #demonstrate(demonstration: Demonstration, form: OutputForm): ChatMessage[] {
    const { instruction, response, language, phrases } = demonstration;
    const ordered = writingOrder(this.#parts.tags).flatMap((tag) => phrases.filter(([own]) => own === tag));
    const asked = this.#turn(`User: ${instruction}\n\nAssistant: ${response}`, form, noDemonstrations, { language });
    return [asked, { role: "assistant", content: messageText(ordered, form) }];
  }

  #turn(text: string, form: OutputForm, listed: DemonstrationSet, values: TurnValues): ChatMessage {
    const conversation = fence("conversation", text);
    // A template of the user's own may ask what the conversation is.
    const isShared = this.#parts.prompt.ownWords === undefined;
    const content = isShared ? this.#frame(form, listed, values).join(conversation) : this.#words(conversation, form, listed, values);
    return { role: "user", content };
  }

  #frame(form: OutputForm, listed: DemonstrationSet, values: TurnValues): readonly string[] {
    const { language, fault, asked_tags, guidance } = values;
    const key = [form, language, fault, asked_tags, guidance].join(place);
    const frames = this.#frames.get(listed) ?? new Map<string, readonly string[]>();
    this.#frames.set(listed, frames);
    const frame = frames.get(key) ?? this.#words(place, form, listed, values).split(place);
    frames.set(key, frame);
    return frame;
  }

  #words(conversation: string, form: OutputForm, listed: DemonstrationSet, values: TurnValues): string {
    const { tags, tagGuide, prompt } = this.#parts;
    const content = prompt.render("user", {
      ...values,
      conversation,
      language: values.language ?? "the language of the conversation",
      demonstrations: demonstrationsWith(listed, tags).map(({ language = "", instruction, response, phrases }) => ({
        language,
        instruction,
        response,
        message: messageText(phrases, form),
      })),
      tags: tagGuide(tags),
      reply_form: replyForms[form](tags),
    });
    const { asked_tags } = values;
    const added = asked_tags !== undefined && !prompt.uses("asked_tags") ? `\n\n${asked_tags}` : "";
    return `${content ?? ""}${added}`;
  }
}

function messageText(phrases: Demonstration["phrases"], form: OutputForm): string {
  const tagged = phrases.map(([tag, text]) => ({ tag, text }));
  return form === "json" ? JSON.stringify({ phrases: tagged }) : renderTagged(tagged);
}
