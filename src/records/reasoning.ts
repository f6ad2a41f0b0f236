import { answerIn } from "../texts/replies/answer-in.ts";
import { blankCode } from "../texts/replies/blank-code.ts";
import { mayBeForeign } from "../texts/replies/foreign-in.ts";
import { reasoningMarks } from "../texts/replies/reasoning-marks.ts";
import type { Message } from "./message.ts";

/** Keys of a message beside its words that hold reasoning. */
const reasoningKeys = ["reasoning_content", "reasoning", "thinking", "thought"];

/** Whether a response comes with its author's reasoning, in its text or beside it. */
export function hasReasoning({ content, extra }: Message): boolean {
  return (
    beginsWithReasoning(content) ||
    (extra !== undefined && reasoningKeys.some((key) => typeof extra[key] === "string" && extra[key].trim() !== ""))
  );
}

function beginsWithReasoning(text: string): boolean {
  if (!mayBeForeign(text)) return false;
  const [first] = reasoningMarks(blankCode(text));
  return first !== undefined && !first.closes && text.slice(0, first.start).trim() === "";
}

/**
 * A response without the reasoning that it begins with. Reasoning that no answer follows stays.
 */
export function withoutReasoning(text: string): string {
  if (!beginsWithReasoning(text)) return text;
  const answer = answerIn(text, () => "").trim();
  return answer === "" ? text : answer;
}

/** A turn without its reasoning, in its text or beside it. */
export function turnWithoutReasoning(message: Message): Message {
  if (!hasReasoning(message)) return message;
  const kept = Object.entries(message.extra ?? {}).filter(([key]) => !reasoningKeys.includes(key));
  const content = withoutReasoning(message.content);
  return { role: message.role, content, ...(kept.length > 0 ? { extra: Object.fromEntries(kept) } : {}) };
}
