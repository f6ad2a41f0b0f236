import type { ChatMessage, OutputConstraint } from "./model.ts";

// Prompts as JSON, for requests and for addresses. A prompt of phase 1 has some 6 KB, of which a
// row's own part is a few hundred bytes. So the JSON of the messages that prompts share is made
// once, and requests are put together as bytes. This serves the CPU of bench C (bench/README.md).

/** Messages that many prompts begin with. */
export interface Head {
  readonly messages: readonly ChatMessage[];
  /** JSON objects for a request, without the brackets of the array. */
  readonly bytes: Buffer;
  /** JSON pairs for an address, without the brackets of the array. */
  readonly pairs: string;
}

/** Heads by their first message. */
const heads = new WeakMap<ChatMessage, Head[]>();
const constraints = new WeakMap<OutputConstraint, string>();

/**
 * Registers messages that many prompts begin with. Their JSON is made once. The prompts must hold
 * the very same objects, and nobody may change them.
 * @returns The messages.
 */
export function sharedHead(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const [first] = messages;
  if (first === undefined) return messages;
  const head = { messages, bytes: Buffer.from(tailJson(messages, undefined, objectOf)), pairs: tailPairs(messages, undefined) };
  // `headOf` takes the first that matches, so the longest goes first.
  const known = [...(heads.get(first) ?? []), head].toSorted((a, b) => b.messages.length - a.messages.length);
  heads.set(first, known);
  return messages;
}

/** Registers a constraint of many calls, whose JSON is then made once. Returns the constraint. */
export function sharedConstraint(constraint: OutputConstraint): OutputConstraint {
  constraints.set(constraint, constraintOf(constraint));
  return constraint;
}

/** The longest registered head that the messages begin with. */
export function headOf(messages: readonly ChatMessage[]): Head | undefined {
  const [first] = messages;
  return first && heads.get(first)?.find((known) => known.messages.every((message, index) => message === messages[index]));
}

/** Returns memory for `length` bytes. */
export type Allocate = (length: number) => Buffer;

/** `before`, the messages as `[{"role": ..., "content": ...}, ...]`, and `after`, in UTF-8. */
export function messagesBytes(before: string, messages: readonly ChatMessage[], after: string, allocate: Allocate): Buffer {
  const head = headOf(messages);
  const start = `${before}[`;
  const end = `${tailJson(messages, head, objectOf)}]${after}`;
  // Joining strings would copy the whole prompt twice more.
  const bytes = allocate(Buffer.byteLength(start) + (head?.bytes.length ?? 0) + Buffer.byteLength(end));
  let at = bytes.write(start);
  if (head) at += head.bytes.copy(bytes, at);
  bytes.write(end, at);
  return bytes;
}

/**
 * The messages after the head as `[role, content]`, for an address. A comma stands before each but
 * the first of the prompt.
 */
export function tailPairs(messages: readonly ChatMessage[], head: Head | undefined): string {
  return tailJson(messages, head, pairOf);
}

/** The constraint as `[grammar, jsonSchema]`, for an address. */
export function constraintPairJson(constraint: OutputConstraint): string {
  return constraints.get(constraint) ?? constraintOf(constraint);
}

function pairOf(role: string, contentJson: string): string {
  return `["${role}",${contentJson}]`;
}

function objectOf(role: string, contentJson: string): string {
  return `{"role":"${role}","content":${contentJson}}`;
}

function constraintOf({ grammar, jsonSchema }: OutputConstraint): string {
  return JSON.stringify([grammar, jsonSchema]);
}

function tailJson(messages: readonly ChatMessage[], head: Head | undefined, form: (role: string, contentJson: string) => string): string {
  const from = head?.messages.length ?? 0;
  const contents = contentsJson(messages, from);
  let json = "";
  for (let index = from; index < messages.length; index++)
    json += `${index === 0 ? "" : ","}${form(messages[index]?.role ?? "", contents[index - from] ?? "")}`;
  return json;
}

/**
 * The last result of `contentsJson`. A prompt's request is mostly made right after its address, and
 * both need the same JSON.
 */
let last: { readonly messages: readonly ChatMessage[]; readonly from: number; readonly contents: readonly string[] } | undefined;

/** The contents of the messages as JSON, from index `from` on. */
function contentsJson(messages: readonly ChatMessage[], from: number): readonly string[] {
  if (last?.messages === messages && last.from === from) return last.contents;
  const contents = messages.slice(from).map(({ content }) => JSON.stringify(content));
  last = { messages, from, contents };
  return contents;
}
