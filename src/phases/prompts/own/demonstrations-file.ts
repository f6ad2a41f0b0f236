import { z } from "zod";
import { UsageError } from "../../../errors.ts";
import { parseTagged } from "../../../records/system-message/parse.ts";
import type { Tag } from "../../../records/system-message/phrase.ts";
import type { TagSet } from "../../../records/system-message/tag-set.ts";
import { kinOf, type DemonstrationSet } from "../demonstration-sets.ts";
import type { Demonstration } from "../demonstrations.ts";
import type { TextFile } from "./text-file.ts";

/** A demonstration of the user's own. */
export interface OwnDemonstration extends Demonstration {
  /** Those of the same set are shown together. Undefined if the program makes the sets. */
  readonly set: string | undefined;
}

const phraseSchema = z.union([
  z.tuple([z.string(), z.string()]),
  z.looseObject({ tag: z.string(), text: z.string() }).transform(({ tag, text }): [string, string] => [tag, text]),
]);
const lineSchema = z.strictObject({
  instruction: z.string(),
  response: z.string(),
  phrases: z.array(phraseSchema).optional(),
  system: z.string().optional(),
  language: z.string().optional(),
  set: z.string().optional(),
});
/** A line of a run's dataset.jsonl. */
const rowSchema = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string(), content: z.string() })),
  sysgen: z.looseObject({ phrases: z.array(phraseSchema), originalResponses: z.array(z.string()) }),
});

const shape =
  '{"instruction": "...", "response": "...", "phrases": [["Role", "..."], ...]}, with "system": "<<Role>>...<</Role>>" in place of phrases if you like, and "language" and "set" where wanted; or a line of a run\'s dataset.jsonl';

/**
 * Reads demonstrations, one in each line of JSON.
 * @throws UsageError with file and line of the first that cannot be shown.
 */
export function readDemonstrations(file: TextFile, tags: TagSet): OwnDemonstration[] {
  const name = file.path ?? "generate.demonstrations";
  const lines = file.text.replace(/^\ufeff/, "").split("\n");
  const demonstrations = lines.flatMap((line, index) => (line.trim() === "" ? [] : [readLine(line, tags, refuseAt(name, index + 1))]));
  if (demonstrations.length === 0) throw new UsageError(`${name}:1: the file holds no demonstration. Expected lines such as ${shape}.`);
  const [first] = demonstrations;
  const other = demonstrations.findIndex(({ set }) => (set === undefined) !== (first?.set === undefined));
  if (other !== -1)
    throw new UsageError(
      `${name}: demonstration ${other + 1} ${first?.set === undefined ? 'has a "set"' : 'has no "set"'}, unlike the first. Give all of them one, or none.`,
    );
  return demonstrations;
}

type Refuse = (what: string) => never;

function refuseAt(name: string, line: number): Refuse {
  return (what) => {
    throw new UsageError(`${name}:${line}: ${what}.`);
  };
}

function readLine(line: string, tags: TagSet, refuse: Refuse): OwnDemonstration {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refuse(`not JSON. Expected ${shape}`);
  }
  const row = rowSchema.safeParse(value).data;
  const given = row === undefined ? readGiven(value, tags, refuse) : readRow(row, refuse);
  for (const key of ["instruction", "response"] as const) if (given[key].trim() === "") refuse(`"${key}" is empty`);
  if (given.phrases.length === 0) refuse("no phrases. A demonstration shows a system message");
  const phrases = given.phrases.map(([tag, text]) => readPhrase(tag, text, tags, refuse));
  return { ...given, phrases, language: given.language === undefined ? undefined : languageName(given.language, refuse) };
}

type Given = Omit<OwnDemonstration, "phrases"> & { readonly phrases: readonly (readonly [string, string])[] };

function readGiven(value: unknown, tags: TagSet, refuse: Refuse): Given {
  const found = lineSchema.safeParse(value);
  if (!found.success) {
    const [issue] = found.error.issues;
    const at = issue?.code === "unrecognized_keys" ? issue.keys.map((key) => `unknown key "${key}"`).join(", ") : issue?.path.join(".");
    return refuse(`no demonstration${at ? ` (${at})` : ""}. Expected ${shape}`);
  }
  const { phrases, system, language, set, ...turns } = found.data;
  if ((phrases === undefined) === (system === undefined)) return refuse('expected either "phrases" or "system"');
  return { ...turns, language, set, phrases: phrases ?? taggedPhrases(system ?? "", tags, refuse) };
}

/** The phrases of a tagged text. Its marks are not mended, because a demonstration is copied. */
function taggedPhrases(text: string, tags: TagSet, refuse: Refuse): [string, string][] {
  const { phrases, faults } = parseTagged(text, { repair: false, tags });
  const [fault] = faults;
  if (fault !== undefined) return refuse(`"system" cannot be read (${fault.reason}: ${fault.text}). The tags are ${tags.names.join(", ")}`);
  return phrases.map((phrase) => [phrase.tag, phrase.text]);
}

function readRow({ messages, sysgen }: z.infer<typeof rowSchema>, refuse: Refuse): Given {
  const asked = messages.filter(({ role }) => role === "user");
  const [instruction] = asked;
  const [response] = sysgen.originalResponses;
  if (instruction === undefined || response === undefined || asked.length > 1 || sysgen.originalResponses.length > 1)
    return refuse("a row of one instruction and one response is expected here; this one has more turns, or fewer");
  return { instruction: instruction.content, response, phrases: sysgen.phrases, language: undefined, set: undefined };
}

function readPhrase(tag: string, text: string, { names }: TagSet, refuse: Refuse): readonly [Tag, string] {
  const known = names.find((one) => one === tag) ?? refuse(`unknown tag "${tag}". The tags are ${names.join(", ")}`);
  if (!/[\p{L}\p{N}]/u.test(text)) refuse(`the phrase of ${tag} is empty`);
  if (/\n|<<|>>/.test(text)) refuse(`the phrase of ${tag} holds a line end or a tag: ${JSON.stringify(text)}`);
  return [known, text.trim()];
}

/** The language by its English name. */
function languageName(given: string, refuse: Refuse): string {
  const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });
  if (/^[a-z]{2}$/.test(given)) return names.of(given) ?? refuse(`unknown language "${given}"`);
  const letters = "abcdefghijklmnopqrstuvwxyz".split("");
  const isKnown = letters.some((one) => letters.some((other) => names.of(one + other) === given));
  return isKnown ? given : refuse(`unknown language "${given}". Expected its English name, such as German, or its code, such as de`);
}

/** Demonstrations that a prompt shows at most, as many as the program's own sets have. */
const mostShown = 4;

/**
 * The sets of demonstrations. Without sets of the user's own, those of a language and its kin go
 * together, at most four in a set. A set with fewer begins with some of other languages.
 */
export function setsOf(demonstrations: readonly OwnDemonstration[]): DemonstrationSet[] {
  const groups = new Map<string, OwnDemonstration[]>();
  for (const one of demonstrations) {
    const group = one.set ?? kinOf(one.language ?? "");
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  if (demonstrations.some(({ set }) => set !== undefined)) return [...groups.values()];
  return [...groups.values()].flatMap((group) => {
    const sets = Math.ceil(group.length / mostShown);
    // Sets of about the same size, such as 3 and 3 rather than 4 and 2.
    const size = Math.ceil(group.length / sets);
    return Array.from({ length: sets }, (_, index) => {
      const own = group.slice(index * size, (index + 1) * size);
      const others = demonstrations.filter((one) => !group.includes(one)).slice(0, mostShown - own.length);
      return [...others, ...own];
    });
  });
}

/** Demonstrations as lines of a file, each in the set that it is shown in. */
export function demonstrationsFileText(sets: readonly DemonstrationSet[]): string {
  return sets
    .flatMap((set, index) =>
      set.map(({ language, instruction, response, phrases }) => ({ set: `${index + 1}`, language, instruction, response, phrases })),
    )
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
}
