import { plainName } from "./column-names.ts";
import { textIn, type Columns } from "../formats/format.ts";

/** How datasets name the column of a system message, beside `system`. */
const systemNames: ReadonlySet<string> = new Set([
  "system",
  "systemprompt",
  "systemmessage",
  "systeminstruction",
  "systeminstructions",
  "systemcontent",
  "sysprompt",
  "sysmessage",
]);

/** The column that holds a row's system message, or would. The first of several that holds text. */
export function systemColumn(row: Columns): string {
  if (typeof row["system"] === "string" && row["system"].trim() !== "") return "system";
  let blank: string | undefined = "system" in row ? "system" : undefined;
  for (const name in row) {
    if (!/^s/i.test(name) || name === "system" || !systemNames.has(plainName(name))) continue;
    const value = row[name];
    if (typeof value === "string" && value.trim() !== "") return name;
    if (typeof value === "string" || value === null) blank ??= name;
  }
  return blank ?? "system";
}

/**
 * The text of a row's system column. Undefined when it has none.
 * @throws RowError when the column holds anything but text.
 */
export function systemText(row: Columns): string | undefined {
  return textIn(row, systemColumn(row));
}
