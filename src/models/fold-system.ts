import type { ChatMessage } from "./model.ts";

/**
 * The same conversation for a chat template without a system role (Gemma-2, for one): the system message stands before the
 * first user message, parted by a blank line, as LLaMA-Factory does it.
 */
export function foldSystem(messages: readonly ChatMessage[]): ChatMessage[] {
  const [system, first, ...rest] = messages;
  if (system?.role !== "system") return [...messages];
  if (first?.role !== "user") return [{ role: "user", content: system.content }, ...messages.slice(1)];
  return [{ role: "user", content: `${system.content}\n\n${first.content}` }, ...rest];
}
