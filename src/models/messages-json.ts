import type { ChatMessage, OutputConstraint } from "./model.ts";

const known = new WeakMap<object, string>();

/**
 * Says of messages or a constraint that they are the same object in the prompts of many rows, and never change: their JSON is made once.
 * (A prompt of phase 1 is some 6 KB, of which a row's own part is a few hundred bytes.)
 */
export function shared<T extends ChatMessage | OutputConstraint>(value: T): T {
  known.set(value, JSON.stringify(value));
  return value;
}

/** The messages as JSON. */
export function messagesJson(messages: readonly ChatMessage[]): string {
  let json = "[";
  for (const message of messages) json += `${json.length > 1 ? "," : ""}${known.get(message) ?? JSON.stringify(message)}`;
  return `${json}]`;
}

export function constraintJson(constraint: OutputConstraint): string {
  return known.get(constraint) ?? JSON.stringify(constraint);
}
