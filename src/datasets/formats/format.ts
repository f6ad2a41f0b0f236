import type { ZodType } from "zod";
import type { Message } from "../../records/message.ts";

/** A row's columns. */
export type Columns = Readonly<Record<string, unknown>>;

/** What a format reads out of a row: messages as written, system message first where there is one. */
export interface Conversation {
  readonly messages: readonly Message[];
  /** Tool definitions, as the row holds them. */
  readonly tools?: unknown;
  /** The row's other columns, carried through untouched. */
  readonly columns: Columns;
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
  /**
   * The columns that hold a conversation. `like` is a row of this format: its spelling (column names, keys, roles, content parts) and
   * its other columns are kept, so that `write(read(row), row)` is the row again. Without it, the layout's usual spelling, and no
   * other columns.
   * @throws RowError when the layout has no place for it, such as tool calls in `alpaca`.
   */
  write(conversation: Omit<Conversation, "columns">, like?: Columns): Columns;
}

/** Why a row cannot become an example, or an example cannot become a row; a reason code to count by, and a sentence. */
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

/** The text in a column; undefined where it has none. @throws RowError when it holds something else. */
export function textIn(row: Columns, name: string): string | undefined {
  const value = row[name];
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return undefined;
  throw new RowError("wrong-type", `column "${name}": expected string, found ${kindOf(value)}`);
}

export function isColumns(value: unknown): value is Columns {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

export function hasAny(row: Columns, names: readonly string[]): boolean {
  return names.some((name) => row[name] != null);
}

/** The row without the columns that were read. */
export function otherColumns(row: Columns, read: readonly string[]): Columns {
  const others: Record<string, unknown> = {};
  for (const name in row) {
    if (read.includes(name)) continue;
    // Assigning it would set the object's prototype.
    if (name === "__proto__") return Object.fromEntries(Object.entries(row).filter(([column]) => !read.includes(column)));
    others[name] = row[name];
  }
  return others;
}

/** The columns in the order that `like` has them in. */
export function inOrderOf(like: Columns | undefined, columns: Columns): Columns {
  if (like === undefined) return columns;
  const ordered: Record<string, unknown> = {};
  for (const name in like) if (name in columns) ordered[name] = columns[name];
  return Object.assign(ordered, columns);
}

/** The columns that are given; undefined gives none. */
export function given(columns: Columns): Columns {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}
