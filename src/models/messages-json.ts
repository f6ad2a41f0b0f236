import type { ChatMessage, OutputConstraint } from "./model.ts";

interface Head {
  readonly messages: readonly ChatMessage[];
  /** The messages as JSON, without the brackets: as a server wants them, and as an address has them. */
  readonly whole: string;
  readonly pairs: string;
}

/** By their first message. */
const heads = new WeakMap<ChatMessage, Head[]>();
const constraints = new WeakMap<OutputConstraint, string>();

/**
 * Says of messages that they are the same objects at the beginning of the prompts of many rows, and never change: their JSON is made once.
 * (A prompt of phase 1 is some 6 KB, of which a row's own part is a few hundred bytes.)
 */
export function sharedHead(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const [first] = messages;
  if (first === undefined) return messages;
  const head = { messages, whole: messages.map((message) => JSON.stringify(message)).join(), pairs: messages.map(pairOf).join() };
  // The longest first.
  const known = [...(heads.get(first) ?? []), head].toSorted((a, b) => b.messages.length - a.messages.length);
  heads.set(first, known);
  return messages;
}

/** The same of a constraint. */
export function sharedConstraint(constraint: OutputConstraint): OutputConstraint {
  constraints.set(constraint, constraintOf(constraint));
  return constraint;
}

/** Messages as a server wants them: `[{"role": ..., "content": ...}, ...]`. */
export function messagesJson(messages: readonly ChatMessage[]): string {
  return listOf(messages, "whole", (message) => JSON.stringify(message));
}

/** Messages as an address has them: `[[role, content], ...]`. */
export function messagePairsJson(messages: readonly ChatMessage[]): string {
  return listOf(messages, "pairs", pairOf);
}

/** `[grammar, jsonSchema]`. */
export function constraintPairJson(constraint: OutputConstraint): string {
  return constraints.get(constraint) ?? constraintOf(constraint);
}

function pairOf({ role, content }: ChatMessage): string {
  return `["${role}",${JSON.stringify(content)}]`;
}

function constraintOf({ grammar, jsonSchema }: OutputConstraint): string {
  return JSON.stringify([grammar, jsonSchema]);
}

function listOf(messages: readonly ChatMessage[], form: "whole" | "pairs", jsonOf: (message: ChatMessage) => string): string {
  const [first] = messages;
  const head = first && heads.get(first)?.find((known) => known.messages.every((message, index) => message === messages[index]));
  let json = head?.[form] ?? "";
  for (let index = head?.messages.length ?? 0; index < messages.length; index++) {
    const message = messages[index];
    if (message !== undefined) json += json === "" ? jsonOf(message) : `,${jsonOf(message)}`;
  }
  return `[${json}]`;
}
