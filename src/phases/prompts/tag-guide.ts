import type { Tag } from "../../records/system-message/phrase.ts";

/** What each tag is for, as prompts explain it. */
export const tagMeanings: Readonly<Record<Tag, string>> = {
  Role: "the profession or identity that the assistant takes on",
  Content: "what a response must contain, such as a fact or a notice",
  Task: "what the assistant is there to do",
  Action: "how it goes about it, such as the steps to follow",
  Style: "its tone and manner",
  Background: "facts that it is told in advance",
  Tool: "a method or tool that it is to use",
  Format: "the shape of the output",
};

export const tagGuide = Object.entries(tagMeanings)
  .map(([tag, meaning]) => `<<${tag}>>...<</${tag}>> ${meaning}`)
  .join("\n");
