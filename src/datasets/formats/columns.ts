import { UsageError } from "../../errors.ts";
import { onlyPair, pair, refuseTools, splitSystem, withSystem } from "./conversation.ts";
import { RowError, isColumns, kindOf, otherColumns, type Columns, type Format } from "./format.ts";
import { systemLike } from "./system-column.ts";

/**
 * The columns that hold instruction, response and system message. Each is a column's name, or a
 * path into nested values such as `turns.0.text`.
 */
export interface ColumnMapping {
  readonly instruction: string;
  readonly response: string;
  readonly system?: string | undefined;
}

/** The format of the user's own mapping. It fits any row that has the two mapped columns. */
export function columnsFormat(mapping: ColumnMapping): Format {
  const { instruction, response, system = "system" } = mapping;
  return {
    name: "columns",
    columns: `${instruction} and ${response}`,
    fits: (row) => valueAt(row, instruction) != null && valueAt(row, response) != null,
    read(row) {
      const own = mapping.system === undefined ? undefined : valueAt(row, mapping.system);
      if (own != null && typeof own !== "string")
        throw new RowError("wrong-type", `column "${system}": expected string, found ${kindOf(own)}`);
      const names = [instruction, response, ...(mapping.system === undefined ? [] : [mapping.system])];
      return {
        messages: withSystem(own, pair(textAt(row, instruction), textAt(row, response))),
        // A column that a path leads into may hold more than the text, so only columns named
        // directly are left out.
        columns: otherColumns(
          row,
          names.filter((name) => name in row),
        ),
      };
    },
    write({ messages, tools }, like) {
      refuseTools(tools);
      const { system: message, turns } = splitSystem(messages);
      const only = onlyPair(turns);
      const start: Columns = like ?? {};
      const filled = [
        [instruction, only.instruction],
        [response, only.response],
      ].reduce((row, [path = "", text]) => (like && textAt(row, path) === text ? row : withValueAt(row, path, text)), start);
      if (mapping.system === undefined || system in start) return { ...filled, ...systemLike(message, start, system) };
      return message === valueAt(start, system) ? filled : withValueAt(filled, system, message ?? "");
    },
  };
}

/**
 * Checks that the columns of instruction and response are there.
 * @param input The input's name, for the error message.
 * @throws UsageError when none of the rows has one of them.
 */
export function checkMapping(input: string, rows: readonly Columns[], { instruction, response }: ColumnMapping): void {
  const [first] = rows;
  if (first === undefined) return;
  const named = { "--instruction-column": instruction, "--response-column": response };
  for (const [flag, column] of Object.entries(named)) {
    if (rows.some((row) => valueAt(row, column) !== undefined)) continue;
    const found = Object.keys(first).slice(0, 20).join(", ");
    throw new UsageError(
      `${input}: ${flag} names "${column}", and its first rows have no such column. Found columns ${found || "(none)"}.`,
    );
  }
}

/** What a person should know of a mapped system column that no row has. Undefined otherwise. */
export function missingSystemWarning(rows: readonly Columns[], { system }: ColumnMapping): string | undefined {
  const [first] = rows;
  if (first === undefined || system === undefined || rows.some((row) => valueAt(row, system) !== undefined)) return undefined;
  return `--system-column names "${system}", and the first ${rows.length} rows have no such column. Found columns ${Object.keys(first).slice(0, 20).join(", ")}.`;
}

/** The value at a path. A column with that very name takes precedence over the path. */
function valueAt(row: Columns, path: string): unknown {
  if (path in row) return row[path];
  return path.split(".").reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value.at(Number(key)) as unknown;
    return isColumns(value) ? value[key] : undefined;
  }, row);
}

function textAt(row: Columns, path: string): string {
  const value = valueAt(row, path);
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return value;
  const found = value === undefined ? `nothing; the row has ${Object.keys(row).slice(0, 20).join(", ")}` : kindOf(value);
  throw new RowError(value === undefined ? "missing-column" : "wrong-type", `column "${path}": expected string, found ${found}`);
}

function withValueAt(row: Columns, path: string, text: string | undefined): Columns {
  if (path in row || !path.includes(".")) return { ...row, [path]: text };
  const [first = "", ...rest] = path.split(".");
  return { ...row, [first]: inside(row[first], rest, text) };
}

function inside(value: unknown, keys: readonly string[], text: string | undefined): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return text;
  if (Array.isArray(value) || (value == null && /^\d+$/.test(key))) {
    const list: unknown[] = Array.isArray(value) ? [...(value as unknown[])] : [];
    list[Number(key)] = inside(list[Number(key)], rest, text);
    return list;
  }
  return { ...(isColumns(value) ? value : {}), [key]: inside(isColumns(value) ? value[key] : undefined, rest, text) };
}
