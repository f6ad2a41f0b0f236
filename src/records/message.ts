/** Who speaks a message (OpenAI chat roles; `developer` is read as `system`). */
export type Role = "system" | "user" | "assistant" | "tool";

/** One message of a conversation. `extra` holds the row's other keys (tool_calls, name, weight), carried through untouched. */
export interface Message {
  readonly role: Role;
  readonly content: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** True for an assistant message that calls tools: it is history, never regenerated. */
export function isToolCall(message: Message): boolean {
  const calls = message.extra?.["tool_calls"];
  return message.role === "assistant" && ((Array.isArray(calls) && calls.length > 0) || message.extra?.["function_call"] != null);
}

/** True for an assistant message that answers in text: what phase 4 writes anew. */
export function isResponse(message: Message): boolean {
  return message.role === "assistant" && !isToolCall(message);
}
