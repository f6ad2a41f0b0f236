import { z } from "zod";
import type { Phrase, Tag } from "../../records/system-message/phrase.ts";
import { perTagSet, type TagSet } from "../../records/system-message/tag-set.ts";
import type { Verdict } from "../../records/verdict.ts";

/** One verdict of a judge's reply, and what the reply says that it is about. */
interface Entry {
  readonly tag: Tag | undefined;
  readonly number: number | undefined;
  readonly verdict: Verdict;
}

const words: Readonly<Record<string, Verdict>> = {
  ...Object.fromEntries(["good", "yes", "true", "correct", "✅", "✔️", "✔", "👍"].map((word) => [word, "good"])),
  ...Object.fromEntries(["bad", "no", "false", "incorrect", "wrong", "❌", "✗", "✘", "👎"].map((word) => [word, "bad"])),
  none: "none",
  "n/a": "none",
};
const word = String.raw`(${Object.keys(words).join("|")})(?![\p{L}\p{N}/])`;
const begins = new RegExp(`^${word}(.*)$`, "iu");
const ends = new RegExp(String.raw`(?:\s[-–—=→]|[:：=→(])\s*${word}[.!)\]]*$`, "iu");
const follows = new RegExp(String.raw`^(?:verdict|rating|judge?ment|answer|label)\s*[:：=–-]\s*${word}[.!]?$`, "iu");
const label = /\b(good|bad|none)\b/gi;
const numberFirst = /^(?:(?:phrase|line|item)\s*#?)?\(?(\d{1,3})(?:\s*[.):–—-]+\s*|\s+)/i;

/** How lines that name a tag of a set look. */
interface TagLines {
  readonly names: readonly Tag[];
  /** The tag at the beginning of a line. */
  readonly tagFirst: RegExp;
  /** A reply in just the form that is asked for. */
  readonly plain: RegExp;
}

const linesOf = perTagSet(({ names }): TagLines => {
  const anyName = names.join("|");
  return {
    names,
    tagFirst: new RegExp(String.raw`^(${anyName})s?(?![\p{L}\p{N}])[\s:：=–—→().,-]*`, "iu"),
    plain: new RegExp(`^(?:(?:${anyName}): (?:Good|Bad|None)(?:\\n|$))+$`),
  };
});

/**
 * A verdict for each phrase, in order, read from a list that names the tags, numbers its lines or
 * does neither, as lines, a table or JSON. A list without tags counts if it has as many verdicts as
 * there are phrases, tags in the message or tags at all. Its numbers may begin anywhere, but must
 * follow each other. What can be read in two ways is `unparsed`. Never throws.
 */
export function readTagVerdicts(reply: string, phrases: readonly Phrase[], tags: TagSet): Verdict[] {
  const lines = linesOf(tags);
  const entries = plainEntries(reply, lines) ?? entriesOfJson(reply, lines) ?? entriesOfLines(reply, lines);
  const tagged = entries.filter(({ tag }) => tag !== undefined);
  if (tagged.length > 0) return isPhraseByPhrase(tagged, phrases) ? tagged.map(({ verdict }) => verdict) : byTag(tagged, phrases);
  const numbered = entries.filter(({ number }) => number !== undefined);
  return inOrder(numbered.length > 0 ? numbered : entries, phrases, lines);
}

function isPhraseByPhrase(entries: readonly Entry[], phrases: readonly Phrase[]): boolean {
  return entries.length === phrases.length && entries.every(({ tag }, index) => tag === phrases[index]?.tag);
}

function byTag(entries: readonly Entry[], phrases: readonly Phrase[]): Verdict[] {
  return phrases.map((phrase) => {
    const [verdict = "unparsed", ...others] = entries.flatMap((entry) => (entry.tag === phrase.tag ? [entry.verdict] : []));
    return others.every((other) => other === verdict) ? verdict : "unparsed";
  });
}

function inOrder(entries: readonly Entry[], phrases: readonly Phrase[], { names }: TagLines): Verdict[] {
  const first = entries[0]?.number;
  const follow = entries.every(({ number }, index) => first === undefined || number === first + index);
  const orders: (readonly Tag[])[] = [[...new Set(phrases.map(({ tag }) => tag))], names];
  const readings = orders.flatMap((order) =>
    order.length === entries.length ? [phrases.map(({ tag }) => entries[order.indexOf(tag)]?.verdict ?? "unparsed")] : [],
  );
  if (entries.length === phrases.length) readings.push(entries.map(({ verdict }) => verdict));
  const [reading] = readings;
  const isSure = follow && readings.every((other) => other.every((verdict, index) => verdict === reading?.[index]));
  return reading !== undefined && isSure ? reading : phrases.map(() => "unparsed");
}

/** Nearly all replies are in the form that is asked for. Undefined for another one. */
function plainEntries(reply: string, { names, plain }: TagLines): Entry[] | undefined {
  if (!plain.test(reply)) return undefined;
  return reply.split("\n").flatMap((line): Entry[] => {
    const [name, verdict] = line.split(": ", 2);
    return verdict === undefined ? [] : [{ tag: names.find((tag) => tag === name), number: undefined, verdict: verdictOf(verdict) }];
  });
}

function entriesOfLines(reply: string, { names, tagFirst }: TagLines): Entry[] {
  const entries: Entry[] = [];
  let pending: Omit<Entry, "verdict"> | undefined;
  for (const line of reply.split("\n")) {
    const bare = line
      .replace(/\s*\|\s*/g, " - ")
      .replace(/[*_`#>"“”<[\]{}]+|\/(?=\w+>)/gu, " ")
      .replace(/^[-–—•\s]+|[-–—,\s]+$/gu, "");
    const later = follows.exec(bare);
    if (later && pending) {
      entries.push({ ...pending, verdict: verdictOf(later[1]) });
      pending = undefined;
      continue;
    }
    const numbered = numberFirst.exec(bare);
    const rest = bare.slice(numbered?.[0].length ?? 0);
    const tagged = tagFirst.exec(rest);
    const about = { tag: tagOf(names, tagged?.[1]), number: numbered ? Number(numbered[1]) : undefined };
    const isAbout = about.tag !== undefined || about.number !== undefined;
    const verdict = verdictIn(rest.slice(tagged?.[0].length ?? 0), isAbout);
    if (verdict !== undefined) entries.push({ ...about, verdict });
    pending = verdict === undefined && isAbout ? about : undefined;
  }
  return entries;
}

/**
 * The verdict at the beginning or at the end of a line. It is `unparsed` when the line names
 * another one too ("Good or Bad", "Good? No, Bad"). Undefined if there is none.
 */
function verdictIn(text: string, isAbout: boolean): Verdict | undefined {
  const [, first, rest = ""] = begins.exec(text) ?? [];
  if (first !== undefined && (isAbout || /^\s*(?:$|[.,:;!(–—-])/.test(rest))) {
    const verdict = verdictOf(first);
    return [...rest.matchAll(label)].every(([other]) => verdictOf(other) === verdict) ? verdict : "unparsed";
  }
  const last = ends.exec(text)?.[1];
  return last === undefined ? undefined : verdictOf(last);
}

function verdictOf(said: string | undefined): Verdict {
  return words[said?.trim().toLowerCase() ?? ""] ?? "unparsed";
}

function tagOf(names: readonly Tag[], name: string | undefined): Tag | undefined {
  return names.find((tag) => tag.toLowerCase() === name?.toLowerCase());
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const object = z.record(z.string(), z.unknown());
const verdictKeys = /^(?:verdict|label|judge?ment|rating|value|answer|result|evaluation)$/i;
const numberKeys = /^(?:phrase|number|index|id|n|line)$/i;

/** Undefined if the reply is not JSON. */
function entriesOfJson(reply: string, lines: TagLines): Entry[] | undefined {
  const start = reply.search(/[[{]/);
  const end = Math.max(reply.lastIndexOf("]"), reply.lastIndexOf("}"));
  if (start === -1 || end < start) return undefined;
  try {
    return entriesOf(JSON.parse(reply.slice(start, end + 1)), lines);
  } catch {
    return undefined;
  }
}

function entriesOf(json: unknown, lines: TagLines): Entry[] {
  if (Array.isArray(json)) return json.map((element) => entryOf(element, {}, lines));
  const fields = Object.entries(object.safeParse(json).data ?? {});
  const [only] = fields;
  if (fields.length === 1 && typeof only?.[1] === "object") return entriesOf(only[1], lines);
  return fields.map(([key, value]) => entryOf(value, { tag: tagOf(lines.names, key), number: numberOf(key) }, lines));
}

/** An element of a list or a field of an object. An element without a verdict is `unparsed`. */
function entryOf(value: unknown, { tag, number }: Partial<Omit<Entry, "verdict">>, { names }: TagLines): Entry {
  const said = scalar.safeParse(value).data;
  if (said !== undefined) return { tag, number, verdict: verdictOf(String(said)) };
  const fields = Object.entries(object.safeParse(value).data ?? {});
  const of = (keys: RegExp): string | undefined => scalar.safeParse(fields.find(([key]) => keys.test(key))?.[1]).data?.toString();
  const named = fields.map(([, field]) => tagOf(names, scalar.safeParse(field).data?.toString())).find((found) => found !== undefined);
  return { tag: tag ?? named, number: number ?? numberOf(of(numberKeys)), verdict: verdictOf(of(verdictKeys)) };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}
