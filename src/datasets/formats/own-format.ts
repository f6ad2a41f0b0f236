import { z } from "zod";
import { ownCodeThrew, ownFunction, ownName, ownVersion } from "../../platform/own-code.ts";
import { readChatMessage } from "./chat-message.ts";
import { RowError, isColumns, type Columns, type Format } from "./format.ts";

/** A message as OpenAI's chat has it. Its other keys, such as `tool_calls`, stand beside these. */
export interface ChatTurn {
  readonly role: string;
  readonly content?: unknown;
  readonly [key: string]: unknown;
}

/** What a format of one's own reads out of a row. A system message comes first. */
export interface OwnConversation {
  readonly messages: readonly ChatTurn[];
  /** Tool definitions. */
  readonly tools?: unknown;
  /** Columns to carry through. Default all of the row's. */
  readonly columns?: Columns | undefined;
}

/** A layout of rows of the user's own. */
export interface OwnFormat {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  /** Marks what `read` does, for the run's identity. Default is a hash of the function's source. */
  readonly version?: string | undefined;
  /** Whether a row has this layout. Needed unless the configuration names the format. */
  fits?(row: Columns): boolean;
  /**
   * Reads a row.
   * @throws RowError for a row that is to be dropped for a reason of its own.
   */
  read(row: Columns): OwnConversation;
  /**
   * Writes the columns that hold a conversation, for `exportRun`. Without it, rows are exported as
   * `messages`.
   * @param like The row that was read. Undefined where the rows had another format.
   */
  write?(conversation: Omit<OwnConversation, "columns">, like?: Columns): Columns;
}

export const ownFormatSchema = z.looseObject(
  {
    name: ownName,
    version: ownVersion,
    fits: ownFunction.optional(),
    read: ownFunction,
    write: ownFunction.optional(),
  },
  "expected a format, which is an object with name and read",
);

/**
 * An own format with the interface of all formats. A row that its code throws for is dropped with
 * the reason `own-format`.
 */
export function formatOf(own: OwnFormat): Format {
  const what = `the format ${own.name}`;
  return {
    name: own.name,
    columns: "as the format of that name says",
    ...(own.write === undefined ? { readsOnly: true as const } : {}),
    fits(row) {
      try {
        return own.fits?.(row) === true;
      } catch {
        return false;
      }
    },
    read(row) {
      const { messages, tools, columns = row } = conversationIn(what, () => own.read(row));
      return { messages: messages.map(readChatMessage), columns, ...(tools === undefined ? {} : { tools }) };
    },
    write({ messages, ...others }, like) {
      if (own.write === undefined) throw new RowError("own-format", `${what} has no function write`);
      return own.write({ messages: messages.map(({ role, content, extra }) => ({ role, content, ...extra })), ...others }, like);
    },
  };
}

/** @throws RowError when the code throws, or gives back no conversation. */
function conversationIn(what: string, read: () => unknown): Omit<OwnConversation, "messages"> & { readonly messages: readonly unknown[] } {
  let value: unknown;
  try {
    value = read();
  } catch (error) {
    throw error instanceof RowError ? error : new RowError("own-format", ownCodeThrew(what, error).message);
  }
  const columns = isColumns(value) ? value["columns"] : undefined;
  if (isColumns(value) && Array.isArray(value["messages"]) && (columns === undefined || isColumns(columns)))
    return { messages: value["messages"], tools: value["tools"], columns };
  throw new RowError("own-format", `${what} gave back no conversation: expected { messages: [{ role, content }, ...] }`);
}
