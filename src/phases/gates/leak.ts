import { findMarks } from "../../records/system-message/marks.ts";
import { foreignIn } from "../../texts/replies/foreign-in.ts";
import { sharesWordSequence } from "../../texts/word-overlap.ts";
import type { Gate, GateInput } from "./gate.ts";

const ownMarks = /\[(?:end of )?(?:conversation|instruction|phrases|tagged message|message) [0-9a-f]{6,}\]/;
const aboutPrompt = /\b(?:my|the|your|this) system (?:message|prompt)\b/i;
/** A response that shares this many words in a row with the system message recites it. */
const recitedWords = 12;

/**
 * Finds what only the assistant should see. This is a tag, a mark of the prompt, a mark of
 * reasoning, a template token, a mention of the system message, or words of the system message
 * itself. What the original has too does not count, except for marks of the prompt. Neither does
 * what the instruction has, except for tags and marks of the prompt.
 */
export const leak: Gate<"leak"> = {
  name: "leak",
  finding: "the new response shows the system message, prompt marks, reasoning or template tokens",
  cure: "take a larger generator, or a server that parses the model's reasoning",
  presets: { standard: "retry", paper: "off" },
  find: (input) => leakIn(input.reply.text, input),
};

function leakIn(text: string, { original, systemMessage, instruction, tags }: GateInput): string | undefined {
  const mark = findMarks(text, tags).find((found) => found.double && found.tag !== undefined);
  if (mark && !findMarks(original, tags).some((found) => found.double && found.tag !== undefined))
    return `it holds the tag ${text.slice(mark.start, mark.end)}`;
  const prompt = ownMarks.exec(text);
  if (prompt) return `it holds a mark of the prompt: ${prompt[0]}`;
  const foreign = foreignIn(text, (part) => original.includes(part) || instruction.includes(part));
  if (foreign !== undefined) return `it holds ${foreign}`;
  const mention = aboutPrompt.exec(text);
  if (mention && !aboutPrompt.test(original) && !aboutPrompt.test(instruction))
    return `it speaks of a system message that no reader sees: "${mention[0]}"`;
  if (sharesWordSequence(systemMessage, text, recitedWords, `${original}\n${instruction}`))
    return `it recites ${recitedWords} or more words of the system message`;
  return undefined;
}
