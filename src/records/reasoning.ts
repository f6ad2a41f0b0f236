import type { Message } from "./message.ts";

/** Reasoning at the beginning of a response, in the tags that reasoning models write. */
const opening =
  /^\s*<(think|thinking|thought|thoughts|reasoning|reason|reflection|analysis|seed:think)>|^\s*<\|begin_of_thought\|>|^\s*\[THINK\]/i;
const closings = [
  "</think>",
  "</thinking>",
  "</thought>",
  "</thoughts>",
  "</reasoning>",
  "</reason>",
  "</reflection>",
  "</analysis>",
  "</seed:think>",
  "<|end_of_thought|>",
  "[/THINK]",
];

/** Keys of a message beside its words that hold reasoning. */
const reasoningKeys = ["reasoning_content", "reasoning", "thinking", "thought"];

/** Whether a response comes with its author's reasoning, in its text or beside it. */
export function hasReasoning({ content, extra }: Message): boolean {
  return (
    opening.test(content) ||
    (extra !== undefined && reasoningKeys.some((key) => typeof extra[key] === "string" && extra[key].trim() !== ""))
  );
}

/** A response without the reasoning that it begins with. Reasoning that never ends stays. */
export function withoutReasoning(text: string): string {
  if (!opening.test(text)) return text;
  const lower = text.toLowerCase();
  const ends = closings.flatMap((closing) => {
    const at = lower.indexOf(closing.toLowerCase());
    return at === -1 ? [] : [at + closing.length];
  });
  if (ends.length === 0) return text;
  const rest = text.slice(Math.min(...ends)).trim();
  const answer =
    /^<(answer|solution)>([\s\S]*)<\/\1>$/i.exec(rest)?.[2] ??
    /^<\|begin_of_solution\|>([\s\S]*)<\|end_of_solution\|>$/i.exec(rest)?.[1] ??
    rest;
  return answer.trim();
}

/** A turn without its reasoning, in its text or beside it. */
export function turnWithoutReasoning(message: Message): Message {
  if (!hasReasoning(message)) return message;
  const kept = Object.entries(message.extra ?? {}).filter(([key]) => !reasoningKeys.includes(key));
  const content = withoutReasoning(message.content);
  return { role: message.role, content, ...(kept.length > 0 ? { extra: Object.fromEntries(kept) } : {}) };
}
