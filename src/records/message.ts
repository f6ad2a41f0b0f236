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
  return message.role === "assistant" && toolCallsOf(message) !== undefined;
}

/**
 * The calls of a message, in the layout of OpenAI's `tool_calls`. The legacy `function_call` is a
 * list of one. Undefined when the message has none.
 */
export function toolCallsOf({ extra }: Message): readonly unknown[] | undefined {
  const calls = extra?.["tool_calls"];
  if (Array.isArray(calls) && calls.length > 0) return calls;
  const legacy = extra?.["function_call"];
  return legacy == null ? undefined : [{ type: "function", function: legacy }];
}

/** True for an assistant message that answers in text. Phase 4 writes such messages anew. */
export function isResponse(message: Message): boolean {
  return message.role === "assistant" && !isToolCall(message);
}

/**
 * The keys of a message that say whether a trainer's loss falls on it, as OpenAI, Axolotl,
 * AgentInstruct and others name them.
 */
export const lossKeys = ["weight", "loss", "train", "training", "trainable", "loss_weight", "loss_mask"] as const;

/** True for a message that the data keeps out of the loss, such as one of `weight` 0. */
export function isMasked({ extra }: Message): boolean {
  return extra !== undefined && lossKeys.some((key) => isOff(extra[key]));
}

function isOff(value: unknown): boolean {
  return value === false || value === 0 || (typeof value === "string" && /^\s*(?:false|0(?:\.0*)?|no)\s*$/i.test(value));
}
