import { isResponse, type Message } from "../../records/message.ts";
import type { Columns } from "../formats/format.ts";
import { plainName, textsOf } from "./column-names.ts";
import { holdsRejected } from "./rejected-answer.ts";

/** Names that columns with a copy of the conversation or of a response have. */
const copyNames =
  /^(?:text|texts|fulltext|trainingtext|traintext|formattedtext|formatted|rendered|prompt|fullprompt|promptandresponse|promptresponse|completion|completions|response|responses|output|outputs|answer|answers|solution|reply|chosen|messages|conversations?|dialog|dialogue|chat|chatml|turns|generation|generations|generated|generatedtext|target|targets|labels)$/;
/** A response of this many characters in another column is there for no other reason. */
const telling = 24;

/**
 * The columns that hold the old responses or the old conversation once more, and those with
 * rejected responses. Beside new responses they would contradict them.
 * @param columns The row's columns without those that the conversation was read from.
 */
export function staleColumns(columns: Columns, messages: readonly Message[]): readonly string[] {
  const names = Object.keys(columns);
  if (names.length === 0) return names;
  const responses = messages.filter(isResponse).map(({ content }) => content.trim());
  const first = messages.find(({ role }) => role === "user")?.content.trim() ?? "";
  return names.filter((name) => {
    const value = columns[name];
    return holdsRejected(name, value) || isCopy(name, value, responses, first);
  });
}

function isCopy(name: string, value: unknown, responses: readonly string[], instruction: string): boolean {
  if (typeof value !== "string" && (typeof value !== "object" || value === null)) return false;
  const isNamed = copyNames.test(plainName(name));
  // A structure of another name is metadata, of which only a part may be a copy.
  if (!isNamed && typeof value !== "string") return false;
  const texts = textsOf(value);
  return responses.some((response) => {
    if (response === "") return false;
    const isTold = isNamed || response.length >= telling;
    if (texts.some((text) => text.trim() === response) && (isTold || texts.some((text) => text.trim() === instruction))) return true;
    return isTold && texts.some((text) => text.includes(response) && (isNamed ? holdsTurn(text, response) : text.includes(instruction)));
  });
}

/** Whether a response ends a text or a part of it, and is not a word of it by chance. */
function holdsTurn(text: string, response: string): boolean {
  if (response.length >= telling) return true;
  const at = text.lastIndexOf(response);
  const [before, after] = [text.slice(0, at), text.slice(at + response.length)];
  return /[:\n>]\s*$/.test(before) && /^\s*(?:$|\n|<|\[)/.test(after);
}

/** The columns without some of them. */
export function withoutColumns(columns: Columns, names: readonly string[]): Columns {
  if (names.length === 0) return columns;
  return Object.fromEntries(Object.entries(columns).filter(([name]) => !names.includes(name)));
}
