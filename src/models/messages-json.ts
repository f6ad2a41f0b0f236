import type { ChatMessage, OutputConstraint } from "./model.ts";

/** Messages that many prompts begin with. */
export interface Head {
  readonly messages: readonly ChatMessage[];
  /** As a server wants them, without the brackets. */
  readonly bytes: Buffer;
  /** As an address has them, without the brackets. */
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
  const head = { messages, bytes: Buffer.from(tailJson(messages, undefined, objectOf)), pairs: tailPairs(messages, undefined) };
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

/** The shared head that messages begin with. */
export function headOf(messages: readonly ChatMessage[]): Head | undefined {
  const [first] = messages;
  return first && heads.get(first)?.find((known) => known.messages.every((message, index) => message === messages[index]));
}

/** Memory for so many bytes. */
export type Allocate = (length: number) => Buffer;

/** Messages as a server wants them, `[{"role": ..., "content": ...}, ...]`, between two texts; as UTF-8. */
export function messagesBytes(before: string, messages: readonly ChatMessage[], after: string, allocate: Allocate): Buffer {
  const head = headOf(messages);
  const start = `${before}[`;
  const end = `${tailJson(messages, head, objectOf)}]${after}`;
  // Put together as bytes: as text, all of it would be copied twice more.
  const bytes = allocate(Buffer.byteLength(start) + (head?.bytes.length ?? 0) + Buffer.byteLength(end));
  let at = bytes.write(start);
  if (head) at += head.bytes.copy(bytes, at);
  bytes.write(end, at);
  return bytes;
}

/** What comes after the head in an address: the other messages as `[role, content]`, each with a comma before it that needs one. */
export function tailPairs(messages: readonly ChatMessage[], head: Head | undefined): string {
  return tailJson(messages, head, pairOf);
}

/** `[grammar, jsonSchema]`. */
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

/** What was made last: a prompt's address and its request are mostly made one right after the other, and most of the work is the same. */
let last: { readonly messages: readonly ChatMessage[]; readonly from: number; readonly contents: readonly string[] } | undefined;

/** The messages' contents as JSON, from one of them on. */
function contentsJson(messages: readonly ChatMessage[], from: number): readonly string[] {
  if (last?.messages === messages && last.from === from) return last.contents;
  const contents = messages.slice(from).map(({ content }) => JSON.stringify(content));
  last = { messages, from, contents };
  return contents;
}
