import { createHash } from "node:crypto";
import type { Example } from "../../records/example.ts";
import type { Phrase } from "../../records/system-message/phrase.ts";
import type { PhaseSettings } from "../presets.ts";
import { generatePaper } from "./generate-paper.ts";
import { generateStandard } from "./generate-standard.ts";
import { judgePhrases } from "./judge-phrases.ts";
import { judgeTags } from "./judge-tags.ts";

const example: Example = {
  id: "",
  line: 1,
  messages: [
    { role: "user", content: "Q" },
    { role: "assistant", content: "A" },
  ],
  columns: {},
};
const phrases: readonly Phrase[] = [{ tag: "Task", text: "T", repairs: [] }];

/**
 * Hashes of the prompts of phases 1 and 3 for a fixed example. They change when a prompt changes.
 */
export function promptHashes(settings: PhaseSettings): { generate: string; verify: string } {
  const generate = settings.generate.prompt === "paper" ? generatePaper(example) : generateStandard(example, "tagged");
  const rubric = settings.verify.rubric === "phrases" ? judgePhrases : judgeTags;
  return { generate: promptHash(generate), verify: promptHash(rubric.messages(example, phrases, "tagged")) };
}

/** The first twelve hexadecimal digits of the SHA-256 of a prompt's JSON. */
export function promptHash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);
}
