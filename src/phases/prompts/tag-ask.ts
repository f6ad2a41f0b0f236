import type { Example } from "../../records/example.ts";
import { isResponse } from "../../records/message.ts";
import type { Tag } from "../../records/system-message/phrase.ts";
import type { TagSet } from "../../records/system-message/tag-set.ts";
import { numberOfText } from "../../statistics/seeded-draw.ts";
import { tagMeaning } from "./tag-guide.ts";

/** The share of a run's messages that is to have a tag, from 0 to 1, by the tag. */
export type TagShares = Readonly<Record<Tag, number>>;

/** What a row's message is asked for, of the tags that have a wanted share. */
export interface TagAsk {
  readonly include: readonly Tag[];
  readonly avoid: readonly Tag[];
}

export const nothingAsked: TagAsk = { include: [], avoid: [] };

/** Numbers of a text have 52 bits. */
const numbers = 2 ** 52;

/**
 * What the row's message is asked for. Each tag is drawn on its own, by the seed and the row's
 * conversation alone. So the same row is asked for the same in any order, part or resumption of its
 * dataset, and a larger share asks the rows of a smaller one and more.
 */
export function tagAsk({ messages }: Example, shares: TagShares, seed: number | undefined): TagAsk {
  const wanted = Object.entries(shares);
  if (wanted.length === 0) return nothingAsked;
  const text = messages.map((message) => (message.role === "user" || isResponse(message) ? message.content : "")).join("\n");
  const isDrawn = ([tag, share]: readonly [Tag, number]): boolean => numberOfText(seed ?? 0, `${tag}\0${text}`) < share * numbers;
  return {
    include: wanted.filter(isDrawn).map(([tag]) => tag),
    avoid: wanted.filter((entry) => !isDrawn(entry)).map(([tag]) => tag),
  };
}

/** What is asked for in sentences, each after a space. Empty if nothing is. */
export function askSentences({ include, avoid }: TagAsk, tags: TagSet): string {
  return [
    ...include.map((tag) => ` Include a ${tag} phrase (${tagMeaning(tags, tag)}) that suits this conversation.`),
    ...(avoid.length === 0 ? [] : [` Use no ${orList(avoid)} phrase.`]),
  ].join("");
}

/** `Role`, `Role or Tool`, `Role, Style or Tool`. */
function orList(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
