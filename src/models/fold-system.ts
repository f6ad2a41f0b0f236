import type { ChatMessage } from "./model.ts";

/**
 * The conversation for a chat template without a system role, such as Gemma 2's. The system message
 * and a blank line go before the text of the first user message, as in LLaMA-Factory. If no user
 * message follows, the system message becomes a user message.
 */
export function foldSystem(messages: readonly ChatMessage[]): ChatMessage[] {
  const [system, first, ...rest] = messages;
  if (system?.role !== "system") return [...messages];
  if (first?.role !== "user") return [{ role: "user", content: system.content }, ...messages.slice(1)];
  return [{ role: "user", content: `${system.content}\n\n${first.content}` }, ...rest];
}
