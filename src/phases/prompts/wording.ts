/**
 * Fills the slots of a prompt's words. The same words are filled with a row's values when a prompt
 * is made, and with the slots' names when the prompt is written as a file.
 */
export interface Fill {
  /** The slot's value. Empty text where it has none. */
  readonly slot: (name: string) => string;
  /** The text, where the slot has a value. */
  readonly when: (name: string, text: string) => string;
  /** The text of each member of a list. A member has its place from 1 on as the slot `number`. */
  readonly each: (list: string, text: (member: Fill) => string) => string;
}

/** The words of a section of a prompt. */
export type Words = (fill: Fill) => string;

/** What slots are filled with. Undefined where there is nothing to say. */
export interface SlotValues {
  readonly [slot: string]: string | readonly SlotValues[] | undefined;
}

/** What is to be known of a slot. */
export interface Slot {
  /** What the program puts there, for people. */
  readonly about: string;
  /** Whether a prompt without the slot could not work. Default false. */
  readonly isRequired?: true;
  /** The slots of a member, where the slot is a list. */
  readonly members?: readonly string[];
}

/** A part of a prompt, which is one turn or one question. */
export interface Section {
  readonly about: string;
  /** The slots that may stand there. */
  readonly slots: readonly string[];
  readonly words: Words;
  /** Whether a file may leave the section out. Default false. */
  readonly isOptional?: true;
}

/** A prompt of the program, which a file can take the place of. */
export interface PromptForm<Name extends string> {
  /** The key of the config file, such as `generate.prompt`. */
  readonly key: string;
  readonly about: string;
  readonly sections: Readonly<Record<Name, Section>>;
  readonly slots: Readonly<Record<string, Slot>>;
}

/** The words that a phase asks with, the program's own or those of a file. */
export interface Prompt<Name extends string> {
  /** The text of a section. Undefined if the prompt leaves the section out. */
  render(section: Name, values: SlotValues): string | undefined;
  /** Whether a slot stands in any section. */
  uses(slot: string): boolean;
  /** The sections of a file whose words are not the program's. Undefined if they are. */
  readonly ownWords: readonly string[] | undefined;
}

/** The names of a form's sections, in order. */
export function sectionNames<Name extends string>({ sections }: PromptForm<Name>): Name[] {
  const names: string[] = Object.keys(sections);
  return names.filter((name): name is Name => name in sections);
}

/** The prompt in the program's own words. */
export function builtInPrompt<Name extends string>(form: PromptForm<Name>): Prompt<Name> {
  const used = new Set<string>();
  const note: Fill = {
    slot: (name) => {
      used.add(name);
      return "";
    },
    when: (name, text) => {
      used.add(name);
      return text;
    },
    each: (list, text) => {
      used.add(list);
      return text({ ...note, slot: () => "" });
    },
  };
  for (const name of sectionNames(form)) form.sections[name].words(note);
  return {
    render: (section, values) => form.sections[section].words(fillOf(values)),
    uses: (slot) => used.has(slot),
    ownWords: undefined,
  };
}

function fillOf(values: SlotValues): Fill {
  return {
    slot: (name) => {
      const value = values[name];
      return typeof value === "string" ? value : "";
    },
    when: (name, text) => (values[name] === undefined ? "" : text),
    each: (list, text) => {
      const members = values[list];
      return Array.isArray(members)
        ? members.map((member: SlotValues, at) => text(fillOf({ ...member, number: String(at + 1) }))).join("")
        : "";
    },
  };
}
