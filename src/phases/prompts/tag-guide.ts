import type { StandardTag, Tag } from "../../records/system-message/phrase.ts";
import { ownTag, perTagSet, type TagSet } from "../../records/system-message/tag-set.ts";

/** What each of the eight is for, as prompts explain it. */
const tagMeanings: Readonly<Record<StandardTag, string>> = {
  Role: "the profession or identity that the assistant takes on",
  Content: "what a response must contain, such as a fact or a notice",
  Task: "what the assistant is there to do",
  Action: "how it goes about it, such as the steps to follow",
  Style: "its tone and manner",
  Background: "facts that it is told in advance",
  Tool: "a method or tool that it is to use",
  Format: "the shape of the output",
};

/** A line of a prompt for each of these tags, which tells what the tag is for. */
export function guideLines(names: readonly Tag[], meaningOf: (tag: Tag) => string): string {
  return names.map((tag) => `<<${tag}>>...<</${tag}>> ${meaningOf(tag)}`).join("\n");
}

/**
 * What a tag is for.
 * @param words What a prompt says of the eight. The user's own have the user's words everywhere.
 */
export function tagMeaning(tags: TagSet, tag: Tag, words: Readonly<Record<string, string>> = tagMeanings): string {
  return ownTag(tags, tag)?.meaning ?? words[tag] ?? "";
}

/** What each tag is for, in canonical order. */
export const tagGuide = perTagSet((tags) => guideLines(tags.names, (tag) => tagMeaning(tags, tag)));
