import type { Tag } from "../../records/system-message/phrase.ts";
import { ownTag, perTagSet, type TagSet } from "../../records/system-message/tag-set.ts";
import { sharedConstraint } from "../../models/messages-json.ts";

/**
 * The order in which phrases are written. It is canonical but for Content, which comes last,
 * because a small model otherwise puts there what belongs under a later tag. The filter restores
 * canonical order.
 */
export function writingOrder({ names }: TagSet): readonly Tag[] {
  const isLast = (tag: Tag): boolean => tag === "Content";
  return [...names.filter((tag) => !isLast(tag)), ...names.filter(isLast)];
}

/**
 * One alternative for each tag that may come first, so that the grammar allows no empty message.
 */
function orders(tags: TagSet, rule: (tag: Tag) => string): string[] {
  const upToTwo = (tag: Tag): string => `(${rule(tag)} ${rule(tag)}?)`;
  return writingOrder(tags).map((_, first, order) =>
    order
      .slice(first)
      .map((tag, index) => (index === 0 ? upToTwo(tag) : `${upToTwo(tag)}?`))
      .join(" "),
  );
}

/** The longest phrase that the grammar allows, in characters. */
export const longestPhrase = 260;

/**
 * The form of a reply in phase 1. The grammar allows phrases in a fixed order, of each tag none
 * to two, and at least one in all. A small model that may repeat a tag at will does little else. A
 * phrase has 8 to 260 characters, none of them `<` or `>`, and ends as sentences do. A phrase that
 * the limit ends is longer than the filter allows. The JSON schema allows any number of phrases.
 */
export const taggedMessageConstraint = perTagSet((tags) => {
  // A tag of the user's own may be named as another rule is.
  const rule = (tag: Tag): string => `${ownTag(tags, tag) === undefined ? "" : "own"}${tag.toLowerCase()}`;
  return sharedConstraint({
    grammar: [
      `root ::= ${orders(tags, rule).join(" | ")}`,
      ...tags.names.map((tag) => `${rule(tag)} ::= "<<${tag}>>" text "<</${tag}>>" " "?`),
      `text ::= [^<> \\n\\r\\t] [^<>\\n\\r\\t]{6,${longestPhrase - 2}} [.!?…。！？।؟]`,
      "",
    ].join("\n"),
    jsonSchema: {
      type: "object",
      properties: {
        phrases: {
          type: "array",
          items: {
            type: "object",
            properties: { tag: { type: "string", enum: [...tags.names] }, text: { type: "string" } },
            required: ["tag", "text"],
            additionalProperties: false,
          },
        },
      },
      required: ["phrases"],
      additionalProperties: false,
    },
  });
});
