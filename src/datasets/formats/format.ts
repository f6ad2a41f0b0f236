import type { ZodType } from "zod";
import type { Message, Role } from "../../records/message.ts";

/** A row's columns. */
export type Columns = Readonly<Record<string, unknown>>;

/** What a format reads out of a row: messages as written, system message first where there is one. */
export interface Conversation {
  readonly messages: readonly Message[];
  readonly tools?: unknown;
}

/** How a conversation is laid out in a row's columns. */
export interface Format {
  readonly name: string;
  /** The columns it needs, for error messages. */
  readonly columns: string;
  /** Whether a row has this layout's columns. Content is checked by `read`. */
  fits(row: Columns): boolean;
  /** @throws RowError when a column has the wrong type or a value that cannot be a message. */
  read(row: Columns): Conversation;
}

/** Why a row cannot become an example; ends up in `rejected.jsonl`. */
export class RowError extends Error {
  readonly reason: string;
  constructor(reason: string, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** The row's columns as the schema describes them. @throws RowError naming the column, what was expected and what was found. */
export function readColumns<T>(schema: ZodType<T>, row: Columns): T {
  const result = schema.safeParse(row, { reportInput: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const column = issue?.path.map(String).join(".") ?? "";
  const found = issue?.input === undefined ? "nothing" : kindOf(issue.input);
  const reason = issue?.input === undefined ? "missing-column" : "wrong-type";
  const expected = issue?.code === "invalid_type" ? issue.expected : (issue?.message ?? "another value").toLowerCase();
  throw new RowError(reason, `column "${column}": expected ${expected}, found ${found}`);
}

export function isColumns(value: unknown): value is Columns {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

const roleNames: Readonly<Record<string, Role>> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  prompter: "user",
  assistant: "assistant",
  gpt: "assistant",
  bot: "assistant",
  model: "assistant",
  chatgpt: "assistant",
  bing: "assistant",
  bard: "assistant",
  tool: "tool",
  function: "tool",
  observation: "tool",
  function_response: "tool",
  ipython: "tool",
};

/** The role that a row's name for it means, in the spellings seen in public sets. @throws RowError for any other name. */
export function readRole(name: string): Role {
  const role = roleNames[name.toLowerCase()];
  if (role === undefined)
    throw new RowError("unknown-role", `expected a role such as user, assistant or system, found "${name.slice(0, 60)}"`);
  return role;
}

/** The two messages of an instruction and its response. */
export function pair(instruction: string, response: string): Message[] {
  return [
    { role: "user", content: instruction },
    { role: "assistant", content: response },
  ];
}

/** The messages with a system message before them; a blank one is none. */
export function withSystem(system: string | null | undefined, messages: readonly Message[]): Message[] {
  return system != null && system.trim() !== "" ? [{ role: "system", content: system }, ...messages] : [...messages];
}

export function hasAny(row: Columns, names: readonly string[]): boolean {
  return names.some((name) => row[name] != null);
}
