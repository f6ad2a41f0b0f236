import { createRequire } from "node:module";
import type { Liquid, Template } from "liquidjs";
import { UsageError } from "../../../errors.ts";
import { sectionNames, type Fill, type Prompt, type PromptForm, type SlotValues } from "../wording.ts";
import type { TextFile } from "./text-file.ts";

// A prompt file has sections, each of which begins with a line such as `=== system ===`. What a
// section says is a Liquid template. Lines before the first section are blank or begin with `#`.

const heading = /^===\s*(\S.*?)\s*===\s*$/;

/** Tags that read other files, of which a prompt's hash would know nothing. */
const tagsOfFiles = ["include", "render", "layout", "block"];
/** Filters whose result differs from one time to the next. A run could not be resumed with them. */
const changingFilters = ["date", "date_to_xmlschema", "date_to_rfc822", "date_to_string", "date_to_long_string", "sample"];

let loaded: { readonly engine: Liquid; readonly isError: (error: unknown) => error is LiquidFault } | undefined;

interface LiquidFault extends Error {
  readonly token: { getPosition(): number[] };
}

/** Loads the template language at the first file, since most runs have none. */
function liquid(): NonNullable<typeof loaded> {
  if (loaded === undefined) {
    const library: typeof import("liquidjs") = createRequire(import.meta.url)("liquidjs");
    const engine = new library.Liquid({ strictFilters: true, strictVariables: true, ownPropertyOnly: true, templates: {} });
    for (const tag of tagsOfFiles) delete engine.tags[tag];
    for (const filter of changingFilters) delete engine.filters[filter];
    loaded = { engine, isError: (error): error is LiquidFault => library.LiquidError.is(error) };
  }
  return loaded;
}

interface OpenedSection {
  readonly text: string;
  /** The line of the file on which the text begins. */
  readonly line: number;
}

/**
 * Reads a prompt file, and checks that it can work.
 * @throws UsageError with file and line, for a syntax error, a section or slot that is unknown or
 * missing, and a section that is empty.
 */
export function openPromptFile<Name extends string>(file: TextFile, form: PromptForm<Name>): Prompt<Name> {
  const name = file.path ?? form.key;
  const refuse = (line: number, what: string, section?: Name): never => {
    throw new UsageError(`${name}:${line}: ${what}. ${helpOf(form, section)}`);
  };
  const opened = sectionsIn(file.text, form, refuse);
  const templates = new Map<Name, Template[]>();
  const used = new Set<string>();
  for (const [section, { text, line }] of opened) {
    const parsed = guarded({ section, line, refuse }, () => liquid().engine.parse(text));
    const { globals } = liquid().engine.analyzeSync(parsed, { partials: false });
    for (const [slot, [place]] of Object.entries(globals)) {
      if (!form.sections[section].slots.includes(slot))
        refuse(line + (place?.location.row ?? 1) - 1, `section "${section}" has no slot "${slot}"`, section);
      used.add(slot);
    }
    templates.set(section, parsed);
  }
  const lines = file.text.split("\n").length;
  for (const section of sectionNames(form))
    if (!templates.has(section) && form.sections[section].isOptional === undefined) refuse(lines, `section "${section}" is missing`);
  for (const [slot, { isRequired, about }] of Object.entries(form.slots))
    if (isRequired && !used.has(slot)) {
      const section = sectionNames(form).find((one) => templates.has(one) && form.sections[one].slots.includes(slot));
      refuse(section === undefined ? lines : (opened.get(section)?.line ?? lines), `the slot {{ ${slot} }} is missing (${about})`, section);
    }
  const render = (section: Name, values: SlotValues): string | undefined => {
    const template = templates.get(section);
    if (template === undefined) return undefined;
    // An undefined slot would be an error, and the text of a section is all that may be missing.
    const all = Object.fromEntries(form.sections[section].slots.map((slot) => [slot, values[slot] ?? null]));
    return guarded({ section, line: opened.get(section)?.line ?? 1, refuse }, () => String(liquid().engine.renderSync(template, all)));
  };
  for (const section of templates.keys()) for (const values of trialsOf(form)) render(section, values);
  const words = sectionNames(form).flatMap((section) => opened.get(section)?.text ?? []);
  const isBuiltIn = sectionNames(form).every((section) => opened.get(section)?.text === sectionText(form, section));
  return { render, uses: (slot) => used.has(slot), ownWords: isBuiltIn ? undefined : words };
}

type Refuse<Name> = (line: number, what: string, section?: Name) => never;

function sectionsIn<Name extends string>(text: string, form: PromptForm<Name>, refuse: Refuse<Name>): Map<Name, OpenedSection> {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const begins = lines.flatMap((line, index) => {
    const title = heading.exec(line)?.[1];
    return title === undefined ? [] : [{ title, index }];
  });
  if (text.trim() === "") refuse(1, "the file is empty");
  const preface = lines.slice(0, begins[0]?.index).findIndex((line) => line.trim() !== "" && !line.startsWith("#"));
  if (preface !== -1) refuse(preface + 1, 'text before the first section. A section begins with a line such as "=== system ==="');
  if (begins.length === 0) refuse(lines.length, 'no section. A section begins with a line such as "=== system ==="');
  const sections = new Map<Name, OpenedSection>();
  for (const [place, { title, index }] of begins.entries()) {
    const section = sectionNames(form).find((known) => known === title) ?? refuse(index + 1, `"${title}" is no section of ${form.key}`);
    if (sections.has(section)) refuse(index + 1, `section "${section}" is there twice`);
    const body = lines.slice(index + 1, begins[place + 1]?.index);
    const first = body.findIndex((line) => line.trim() !== "");
    if (first === -1) refuse(index + 1, `section "${section}" is empty`);
    sections.set(section, { text: body.slice(first).join("\n").trimEnd(), line: index + 2 + first });
  }
  return sections;
}

/** Runs the template language, and says where in the file it found a mistake. */
function guarded<Name, T>(at: { readonly section: Name; readonly line: number; readonly refuse: Refuse<Name> }, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!liquid().isError(error)) throw error;
    const [row = 1] = error.token.getPosition();
    return at.refuse(at.line + row - 1, error.message.replace(/, (?:file:.*, )?line:\d+, col:\d+$/, ""), at.section);
  }
}

/** Values for trying a file out, with all slots filled and with the required ones alone. */
function trialsOf<Name extends string>({ slots }: PromptForm<Name>): SlotValues[] {
  const member = (names: readonly string[]): SlotValues => Object.fromEntries(names.map((name) => [name, "x"]));
  const valueOf = (members: readonly string[] | undefined): SlotValues[string] => (members === undefined ? "x" : [member(members)]);
  const all = Object.entries(slots).map(([name, { members, isRequired }]) => ({ name, isRequired, value: valueOf(members) }));
  return [all, all.filter(({ isRequired }) => isRequired)].map((some) => Object.fromEntries(some.map(({ name, value }) => [name, value])));
}

/** What may stand in a file, as the end of an error. */
function helpOf<Name extends string>(form: PromptForm<Name>, only?: Name): string {
  const sections = sectionNames(form);
  const slotsOf = (section: Name): string =>
    form.sections[section].slots.map((slot) => `${slot}${form.slots[slot]?.isRequired ? " (required)" : ""}`).join(", ");
  if (only !== undefined) return `Slots of section ${only}: ${slotsOf(only)}`.concat(".");
  return `Sections of ${form.key}: ${sections.map((section) => `${section} with the slots ${slotsOf(section)}`).join("; ")}.`;
}

/** A prompt of the program as the text of a prompt file. */
export function promptFileText<Name extends string>(form: PromptForm<Name>): string {
  const slots = Object.entries(form.slots).map(
    ([name, { about, isRequired }]) => `#   ${name}${isRequired ? " (required)" : ""}: ${about}`,
  );
  const sections = sectionNames(form).map((name) => `=== ${name} ===\n${sectionText(form, name)}\n`);
  return [`# ${form.key}: ${form.about}`, "# Liquid templates in sections. Slots:", ...slots, "", sections.join("\n")].join("\n");
}

function sectionText<Name extends string>(form: PromptForm<Name>, section: Name): string {
  return form.sections[section].words(namesIn(""));
}

/** Fills slots with their names. */
function namesIn(list: string): Fill {
  return {
    slot: (name) => (list === "" ? `{{ ${name} }}` : name === "number" ? "{{ forloop.index }}" : `{{ ${list}.${name} }}`),
    when: (name, text) => `{% if ${name} %}${text}{% endif %}`,
    each: (name, text) => {
      const member = name.replace(/s$/, "");
      return `{% for ${member} in ${name} %}${text(namesIn(member))}{% endfor %}`;
    },
  };
}
