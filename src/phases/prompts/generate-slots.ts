import type { Slot } from "./wording.ts";

/** The slots of a prompt of phase 1. */
export const generateSlots: Readonly<Record<string, Slot>> = {
  tags: { about: "the tags, each with what it is for", isRequired: true },
  reply_form: { about: "how the reply is to be written, which its reader relies on", isRequired: true },
  conversation: { about: "the row's conversation between marks", isRequired: true },
  language: { about: "the row's language by its English name, or 'the language of the conversation'" },
  fault: { about: "what was wrong with an earlier message, when the judge has it written again" },
  asked_tags: { about: "what is asked of the row to meet tagShares, in sentences; without the slot it stands at the end" },
  guidance: { about: "generate.guidance, the operator's wishes; demonstrations as turns are shown without it" },
  demonstrations: {
    about: "a list; each member has number, language, instruction, response and message",
    members: ["language", "instruction", "response", "message"],
  },
};
