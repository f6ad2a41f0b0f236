/** Where a JSON text holds its rows. */
export type JsonLayout =
  /** `[row, row]` */
  | "array"
  /** `{"version": 1, "data": [row, row]}` */
  | "array-in-object"
  /** Objects one after another, each on one or more lines. */
  | "values";

/**
 * Keys whose lists belong to a row. An object with one of these keys is a row and not a container
 * of rows.
 */
const listsOfARow = new Set([
  "messages",
  "conversations",
  "conversation",
  "dialog",
  "prompt",
  "completion",
  "instances",
  "history",
  "turns",
  "dialogue",
  "chat",
  "chosen",
  "rejected",
  "choices",
  "tools",
]);

/**
 * Whether a file holds one JSON value a line. Decided from the beginning of the file, because many
 * `.json` files hold JSON Lines and some `.jsonl` files do not.
 * @param head The beginning of the file.
 * @param named The type by the file's name.
 */
export function isJsonLines(head: string, named: "json" | "jsonl"): boolean {
  const text = head.trimStart();
  if (named === "jsonl" && !beginsTable(text)) return !/^\[\s*(\{|\]|$)/.test(text);
  if (text.startsWith("[")) return false;
  const end = text.indexOf("\n");
  const firstLine = end === -1 ? text : text.slice(0, end);
  if (isObjectThenObject.test(firstLine) && !isJson(firstLine)) return !startsTwoObjects(firstLine);
  const more = end !== -1 && text.slice(end).trim() !== "";
  if (more && (named === "jsonl" || isJson(firstLine))) return true;
  if (beginsTable(text)) return false;
  return !holdsListOfObjects(text) && !(more && beginsSpreadObject.test(firstLine));
}

const isObjectThenObject = /^\{.*\}[ \t]*\{/s;

/** Whether the line holds a complete object and then begins another one. */
function startsTwoObjects(line: string): boolean {
  let depth = 0;
  for (const match of line.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    const [found] = match;
    if (found === "{" || found === "[") depth++;
    else if (found === "}" || found === "]") depth--;
    if (depth === 0) return /^[ \t]*\{/.test(line.slice(match.index + found.length)) && isJson(line.slice(0, match.index + found.length));
  }
  return false;
}

/**
 * The first line of an object that is spread over several lines, such as `{`, `{"key": [` or
 * `{"key": 1,`. Any other line that is not JSON is a broken row.
 */
const beginsSpreadObject = /^\{\s*($|"[^"]*"\s*:\s*([[{]\s*)?$|"[^"]*"\s*:\s*[^[{].*,\s*$)/;

/**
 * Whether an object may be a table of columns, such as `{"a": [1, 2], "b": [3, 4]}` and pandas'
 * `{"a": {"0": 1}}` or `{"columns": [...], "data": [[...]]}`. `tableRows` tells for sure.
 */
export function beginsTable(head: string): boolean {
  return /^\s*\{\s*"(?:[^"\\]*"\s*:\s*(?:\[\s*(?!\s|[{\]])|\{\s*"\d+"\s*:)|0"\s*:\s*\{)/.test(head);
}

/** Splits that are no training data, by the key of their list. */
export const otherSplits: ReadonlySet<string> = new Set(["test", "validation", "valid", "val", "dev", "eval", "evaluation", "holdout"]);

/**
 * The layout of a JSON file that does not hold one value a line.
 * @param head The beginning of the file.
 */
export function jsonLayout(head: string): JsonLayout {
  const text = head.trimStart();
  if (!text.startsWith("{")) return "array";
  return holdsListOfObjects(text) ? "array-in-object" : "values";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether the object at the beginning of the text holds a list of objects under a key that is not
 * in `listsOfARow`.
 */
function holdsListOfObjects(text: string): boolean {
  // Strings are matched as a whole, so that brackets inside them are not counted.
  const token = /"(?:[^"\\]|\\.)*"|[[\]{}:,]/gs;
  let depth = 0;
  let key = "";
  let before = "";
  for (const [found] of text.matchAll(token)) {
    if (depth === 1 && found.startsWith('"') && before !== ":") key = found.slice(1, -1);
    if (depth === 2 && before === "[" && found === "{" && !listsOfARow.has(key)) return true;
    if (found === "{" || found === "[") depth++;
    else if (found === "}" || found === "]") depth--;
    if (depth === 0) return false;
    before = found;
  }
  return false;
}
