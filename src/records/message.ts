/** Who speaks a message, as in OpenAI's chat roles. `developer` is read as `system`. */
export type Role = "system" | "user" | "assistant" | "tool";

/**
 * One message of a conversation. `extra` holds the message's other keys, such as `tool_calls`,
 * `name` and `weight`. They are carried through untouched.
 */
export interface Message {
  readonly role: Role;
  readonly content: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** True for an assistant message that calls tools. It is history and never generated anew. */
export function isToolCall(message: Message): boolean {
  const calls = message.extra?.["tool_calls"];
  return message.role === "assistant" && ((Array.isArray(calls) && calls.length > 0) || message.extra?.["function_call"] != null);
}

/** True for an assistant message that answers in text. Phase 4 writes such messages anew. */
export function isResponse(message: Message): boolean {
  return message.role === "assistant" && !isToolCall(message);
}
