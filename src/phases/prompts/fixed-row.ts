import type { Example } from "../../records/example.ts";
import type { Phrase } from "../../records/system-message/phrase.ts";

/** The row that prompts are made of for their hashes. */
export const fixedExample: Example = {
  id: "",
  line: 1,
  messages: [
    { role: "user", content: "Q" },
    { role: "assistant", content: "A" },
  ],
  columns: {},
};

/** The phrases that a judge's prompt is made of for its hash. */
export const fixedPhrases: readonly Phrase[] = [{ tag: "Task", text: "T", repairs: [] }];
