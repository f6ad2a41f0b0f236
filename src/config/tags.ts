import { z } from "zod";
import { UsageError } from "../errors.ts";
import { tags as eight, type Tag } from "../records/system-message/phrase.ts";
import { tagSet, type OwnTag, type TagSet } from "../records/system-message/tag-set.ts";
import type { TagShares } from "../phases/prompts/tag-ask.ts";

const line = z.string().regex(/^(?=.*\S)[^\r\n]*$/, "expected a text of one line");

/** What a config file may say of one of the user's own tags. */
const ownTagSchema = z.strictObject({
  meaning: line,
  example: line.optional(),
  after: z.string().optional(),
  before: z.string().optional(),
});

const baseSchema = z.strictObject({
  add: z
    .record(z.string(), ownTagSchema)
    .optional()
    .describe(
      "functionalities of one's own: {<Name>: {meaning: what it is for, example: a phrase that has it, after or before: the tag beside which it stands}}; default at the end",
    ),
  without: z.array(z.string()).optional().describe("functionalities of the eight that messages are to do without, such as [Tool]"),
});
type GivenTags = z.infer<typeof baseSchema>;

/** Tags of the user's own, and those of the eight that are left out. */
export const tagsSchema = baseSchema.superRefine((given, context) => {
  readTags(given, (path, message, input) => context.addIssue({ code: "custom", path: [...path], message, input }));
});

export const tagSharesSchema = z.record(z.string(), z.number().min(0).max(1));

/** Told of a mistake, what was expected and what was found. */
type OnMistake = (path: readonly string[], expected: string, found: unknown) => void;

/**
 * The functionalities of a run.
 * @throws UsageError for a mistake that a config file's schema would name.
 */
export function resolveTags(given: GivenTags = {}): TagSet {
  return tagSet(readTags(given, refuseAt("tags")));
}

/**
 * The wanted shares of tags.
 * @throws UsageError for a tag that the set does not have.
 */
export function resolveTagShares(shares: TagShares = {}, tags: TagSet): TagShares {
  checkTagShares(shares, tags, refuseAt("tagShares"));
  return shares;
}

function refuseAt(key: string): OnMistake {
  return (path, expected, found) => {
    throw new UsageError(`${[key, ...path].join(".")}: ${expected}, found ${JSON.stringify(found)}.`);
  };
}

/** Names the wanted shares whose tag the set does not have. */
export function checkTagShares(shares: TagShares, { names }: Pick<TagSet, "names">, onMistake: OnMistake): void {
  for (const tag of Object.keys(shares)) if (!names.includes(tag)) onMistake([tag], `expected a tag of the run (${names.join(", ")})`, tag);
}

const namePattern = /^[A-Za-z]{2,20}$/;
const mostOwn = 16;
/** Words that a judge's verdict or a program may say in a tag's place. */
const verdictWords = new Set(["good", "bad", "none", "yes", "no", "true", "false", "correct", "incorrect", "wrong"]);

/** The functionalities that a config file gives, also where it has mistakes. */
export function readTags({ add = {}, without = [] }: GivenTags = {}, onMistake: OnMistake = () => undefined): TagSet {
  for (const [index, name] of without.entries())
    if (!eight.some((tag) => tag === name)) onMistake(["without", String(index)], `expected one of ${eight.join(", ")}`, name);
  const names: Tag[] = eight.filter((tag) => !without.includes(tag));
  const own: OwnTag[] = [];
  if (Object.keys(add).length > mostOwn) onMistake(["add"], `expected at most ${mostOwn} tags`, Object.keys(add).length);
  for (const [name, { meaning, example, after, before }] of Object.entries(add)) {
    const refused = nameRefused(name, [...eight, ...own.map((tag) => tag.name)]);
    if (refused !== undefined) onMistake(["add", name], refused, name);
    if (after !== undefined && before !== undefined) onMistake(["add", name, "before"], "expected after or before, and not both", before);
    const beside = after ?? before;
    const place = beside === undefined ? names.length : names.indexOf(beside);
    if (place === -1)
      onMistake(
        ["add", name, after === undefined ? "before" : "after"],
        `expected a tag that stands there already (${names.join(", ")})`,
        beside,
      );
    names.splice(after === undefined ? place : place + 1, 0, name);
    own.push({ name, meaning: meaning.trim(), example: example?.trim() });
  }
  if (names.length === 0) onMistake(["without"], "expected at least one tag to be left", without.length);
  return { names, own };
}

/** Why a name cannot be a tag's. Undefined for a name that can. */
function nameRefused(name: string, others: readonly Tag[]): string | undefined {
  if (!namePattern.test(name)) return "expected a name of 2 to 20 letters from A to Z, such as Safety";
  const lower = name.toLowerCase();
  if (verdictWords.has(lower) || name in {}) return "expected a name that is no word of a verdict or of a program";
  // A tag in other case or in the plural is repaired, and an answer is known by how it begins.
  const alike = others.find((other) => lower.startsWith(other.toLowerCase()) || other.toLowerCase().startsWith(lower));
  return alike === undefined ? undefined : `expected a name that does not begin as the tag ${alike} does`;
}
