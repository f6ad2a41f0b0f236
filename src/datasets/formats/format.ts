import type { ZodType } from "zod";
import type { Message } from "../../records/message.ts";

/** A row's values by column name. */
export type Columns = Readonly<Record<string, unknown>>;

/** What a format reads out of a row. A system message comes first among the messages. */
export interface Conversation {
  readonly messages: readonly Message[];
  /** Tool definitions, unchanged. */
  readonly tools?: unknown;
  /** The row's other columns, unchanged. */
  readonly columns: Columns;
}

/** How a conversation is laid out in a row's columns. */
export interface Format {
  readonly name: string;
  /** The columns that the format needs, as text for error messages. */
  readonly columns: string;
  /** Whether a row has the format's columns. Their content is checked by `read`. */
  fits(row: Columns): boolean;
  /**
   * Reads a row.
   * @throws RowError when a column has the wrong type or a value that cannot be a message.
   */
  read(row: Columns): Conversation;
  /**
   * Writes the columns that hold a conversation.
   * @param like A row of this format. Its column names, keys, role names, content parts and other
   * columns are kept, so that `write(read(row), row)` equals the row. Without it, the format's
   * usual spelling is written and no other columns.
   * @throws RowError when the format cannot hold the conversation, such as tool calls in `alpaca`.
   */
  write(conversation: Omit<Conversation, "columns">, like?: Columns): Columns;
  /** Set for a format of the user's own that has no `write`. */
  readonly readsOnly?: true;
  /** The format as a dataset uses it, where its first rows tell what one row does not. */
  forRows?(rows: readonly Columns[]): Format;
}

/**
 * Why a row cannot become an example, or an example cannot become a row. `reason` is a code to
 * count by and the message is a sentence.
 */
export class RowError extends Error {
  readonly reason: string;
  constructor(reason: string, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/**
 * Checks the row's columns against the schema and returns them.
 * @throws RowError that names the column, what was expected and what was found.
 */
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

/**
 * The text in a column. Undefined when the column is missing or null.
 * @throws RowError when it holds anything but text.
 */
export function textIn(row: Columns, name: string): string | undefined {
  const value = row[name];
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return undefined;
  throw new RowError("wrong-type", `column "${name}": expected string, found ${kindOf(value)}`);
}

export function isColumns(value: unknown): value is Columns {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is, in words for error messages, such as `a list`. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Whether one of the columns has a value other than null. */
export function hasAny(row: Columns, names: readonly string[]): boolean {
  return names.some((name) => row[name] != null);
}

/** The row without the columns that were read. */
export function otherColumns(row: Columns, read: readonly string[]): Columns {
  const others: Record<string, unknown> = {};
  for (const name in row) {
    if (read.includes(name)) continue;
    // Assigning to this name would set the object's prototype.
    if (name === "__proto__") return Object.fromEntries(Object.entries(row).filter(([column]) => !read.includes(column)));
    others[name] = row[name];
  }
  return others;
}

/** The columns in the order of `like`, then those that `like` does not have. */
export function inOrderOf(like: Columns | undefined, columns: Columns): Columns {
  if (like === undefined) return columns;
  const ordered: Record<string, unknown> = {};
  for (const name in like) if (name in columns) ordered[name] = columns[name];
  return Object.assign(ordered, columns);
}

/** The columns without those that are undefined. */
export function given(columns: Columns): Columns {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}
