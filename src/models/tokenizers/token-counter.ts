import type { ChatMessage } from "../model.ts";

/** Counts the tokens that a model reads and writes. */
export interface TokenCounter {
  /** Whose tokenizer it is, for people. */
  readonly name: string;
  /** False when it stands in for a tokenizer that cannot be had: counts are then off by some share. */
  readonly isOwn: boolean;
  /** Of a longer prompt the model refuses the call; undefined when that is not known, as behind a server. */
  readonly mostPromptTokens?: number;
  /** Tokens of a text alone. */
  count(text: string): number;
  /** Tokens of a prompt: the messages, and what the chat template puts around them. */
  countChat(messages: readonly ChatMessage[]): number;
  close(): Promise<void>;
}

/** What OpenAI's guide to counting says of chat templates: three tokens and the role for each message, three where the reply begins. */
const perMessage = 4;
const perReply = 3;

/** A prompt counted message by message, for a model whose chat template is not at hand. */
export function countByMessage(messages: readonly ChatMessage[], count: (text: string) => number): number {
  return messages.reduce((sum, { content }) => sum + perMessage + count(content), perReply);
}
