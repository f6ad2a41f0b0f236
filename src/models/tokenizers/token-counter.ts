import type { ChatMessage } from "../model.ts";

/** Counts the tokens that a model reads and writes. */
export interface TokenCounter {
  /** The tokenizer's name for the user. */
  readonly name: string;
  /**
   * False when another tokenizer stands in for the model's own. The counts are then approximate.
   */
  readonly isOwn: boolean;
  /** The longest prompt that the model takes. Undefined when that is not known, as for a server. */
  readonly mostPromptTokens?: number;
  /** Tokens of a text alone. */
  count(text: string): number;
  /** Tokens of a prompt, which are those of the messages and of the chat template. */
  countChat(messages: readonly ChatMessage[]): number;
  close(): Promise<void>;
}

/**
 * Tokens of a chat template, as in OpenAI's guide to counting. Each message has 3 tokens and its
 * role, and 3 tokens begin the reply.
 */
const perMessage = 4;
const perReply = 3;

/** Counts a prompt message by message, for a model whose chat template is not known. */
export function countByMessage(messages: readonly ChatMessage[], count: (text: string) => number): number {
  return messages.reduce((sum, { content }) => sum + perMessage + count(content), perReply);
}
