/** Where a JSON text holds its rows. */
export type JsonLayout =
  /** `[row, row]` */
  | "array"
  /** `{"version": 1, "data": [row, row]}` */
  | "array-in-object"
  /** One object after the other, each on as many lines as it likes. */
  | "values";

/** Lists that belong to a row: an object that holds one of them is a row, and no container of rows. */
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
  "tools",
]);

/** Whether a `.json` or `.jsonl` file that begins like this holds one value a line. Names lie: many `.json` files do, and some `.jsonl` files do not. */
export function isJsonLines(head: string, named: "json" | "jsonl"): boolean {
  const text = head.trimStart();
  if (named === "jsonl") return !/^\[\s*(\{|\]|$)/.test(text);
  if (text.startsWith("[")) return false;
  const end = text.indexOf("\n");
  const firstLine = end === -1 ? text : text.slice(0, end);
  if (isObjectThenObject.test(firstLine) && !isJson(firstLine)) return !startsTwoObjects(firstLine);
  const more = end !== -1 && text.slice(end).trim() !== "";
  if (more && isJson(firstLine)) return true;
  return !holdsListOfObjects(text) && !(more && beginsSpreadObject.test(firstLine));
}

const isObjectThenObject = /^\{.*\}[ \t]*\{/s;

/** Whether a second object begins on the line after the first has ended. */
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

/** The first line of an object that is spread over lines: `{`, `{"key": [`, `{"key": 1,`. Any other line that is no JSON is a broken row. */
const beginsSpreadObject = /^\{\s*($|"[^"]*"\s*:\s*([[{]\s*)?$|"[^"]*"\s*:\s*[^[{].*,\s*$)/;

/** The layout that the beginning of a file shows, when it is not one value a line. */
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

/** Whether the object that the text begins with holds a list of objects that is no part of a row. */
function holdsListOfObjects(text: string): boolean {
  // Strings are taken whole, so that a bracket inside one means nothing.
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
