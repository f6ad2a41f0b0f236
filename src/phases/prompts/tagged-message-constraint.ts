import { tags, type Tag } from "../../records/system-message/phrase.ts";
import { sharedConstraint } from "../../models/messages-json.ts";

/**
 * The order in which phrases are written. It is canonical but for Content, which comes last,
 * because a small model otherwise puts there what belongs under a later tag. The filter restores
 * canonical order.
 */
export const writingOrder: readonly Tag[] = ["Role", "Task", "Action", "Style", "Background", "Tool", "Format", "Content"];

const rule = (tag: Tag): string => tag.toLowerCase();
const upToTwo = (tag: Tag): string => `(${rule(tag)} ${rule(tag)}?)`;
/**
 * One alternative for each tag that may come first, so that the grammar allows no empty message.
 */
const orders = writingOrder.map((_, first) =>
  writingOrder
    .slice(first)
    .map((tag, index) => (index === 0 ? upToTwo(tag) : `${upToTwo(tag)}?`))
    .join(" "),
);

/** The longest phrase that the grammar allows, in characters. */
export const longestPhrase = 260;

/**
 * The form of a reply in phase 1. The grammar allows phrases in a fixed order, of each tag none
 * to two, and at least one in all. A small model that may repeat a tag at will does little else. A
 * phrase has 8 to 260 characters, none of them `<` or `>`, and ends as sentences do. A phrase that
 * the limit ends is longer than the filter allows. The JSON schema allows any number of phrases.
 */
export const taggedMessageConstraint = sharedConstraint({
  grammar: [
    `root ::= ${orders.join(" | ")}`,
    ...tags.map((tag) => `${rule(tag)} ::= "<<${tag}>>" text "<</${tag}>>" " "?`),
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
          properties: { tag: { type: "string", enum: [...tags] }, text: { type: "string" } },
          required: ["tag", "text"],
          additionalProperties: false,
        },
      },
    },
    required: ["phrases"],
    additionalProperties: false,
  },
});
