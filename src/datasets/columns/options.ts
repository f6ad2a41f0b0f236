import { findColumn, isBlank, plainName } from "./column-names.ts";
import { isColumns, RowError, type Columns } from "../formats/format.ts";
import { parsedText } from "../formats/turn-list.ts";

/** The options of a multiple-choice question, and the columns that hold them. */
export interface Options {
  readonly texts: readonly string[];
  /** What the row calls each option, such as `A` or `1`. */
  readonly labels: readonly string[];
  readonly columns: readonly string[];
  /** Options stand in columns of their own, such as `option1`. */
  readonly inColumns: boolean;
}

const optionLists = ["choices", "options", "answer_choices", "endings", "alternatives", "candidates", "mc_options", "multiple_choices"];
/** The names of columns that hold one option each, as in `A`, `opa`, `option_1` and `answerA`. */
const optionColumn = /^(|option|opt|op|choice|sol|solution|ending|answer|alternative|candidate|mc)([a-j]|\d)$/;
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The options of a row. Undefined when it has fewer than two. */
export function optionsIn(row: Columns): Options | undefined {
  const name = findColumn(row, optionLists);
  if (name !== undefined) {
    const value = row[name];
    const read = optionsOf(typeof value === "string" ? (parsedText(value) ?? lineOptions(value)) : value);
    if (read !== undefined && read.texts.length > 1) return { ...read, columns: [name], inColumns: false };
  }
  return columnOptions(row);
}

function optionsOf(value: unknown): Pick<Options, "texts" | "labels"> | undefined {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => (isColumns(item) ? labelled(item) : { text: textOf(item), label: undefined }));
    if (items.length > letters.length || items.some(({ text }) => text === undefined)) return undefined;
    return { texts: items.map(({ text = "" }) => text), labels: items.map(({ label }, at) => label ?? letters.charAt(at)) };
  }
  if (!isColumns(value)) return undefined;
  const texts = value["text"] ?? value["texts"] ?? value["choices"];
  const labels = value["label"] ?? value["labels"];
  if (Array.isArray(texts)) {
    const read = optionsOf(texts);
    return read && Array.isArray(labels) && labels.length === texts.length && labels.every((label) => typeof label === "string")
      ? { ...read, labels: labels.map(String) }
      : read;
  }
  const entries = Object.entries(value).filter(([, text]) => !isBlank(text));
  const read = optionsOf(entries.map(([, text]) => text));
  return read && { ...read, labels: entries.map(([label]) => label) };
}

function labelled(item: Columns): { text: string | undefined; label: string | undefined } {
  const text = textOf(item["text"] ?? item["value"] ?? item["content"] ?? item["option"]);
  return { text, label: textOf(item["label"] ?? item["key"] ?? item["id"]) };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** Options that are text, each on a line with its letter. */
function lineOptions(text: string): string[] | undefined {
  const lines = text.split(/\r?\n|(?<=\S)\s+(?=\(?[A-J][).:]\s)/).map((line) => line.trim());
  return lines.length > 1 && lines.every((line, at) => leadingLabel(line) === letters.charAt(at)) ? lines : undefined;
}

function columnOptions(row: Columns): Options | undefined {
  const groups = new Map<string, [mark: string, column: string][]>();
  for (const name in row) {
    const found = name.length < 16 ? optionColumn.exec(plainName(name)) : null;
    const [, prefix = "", mark = ""] = found ?? [];
    if (found === null || textOf(row[name]) === undefined || isBlank(row[name])) continue;
    const group = groups.get(prefix) ?? [];
    if (group.length === 0) groups.set(prefix, group);
    group.push([mark, name]);
  }
  for (const group of groups.values()) {
    const sorted = group.toSorted(([a], [b]) => (a < b ? -1 : 1));
    const first = sorted[0]?.[0].charCodeAt(0) ?? 0;
    if (
      sorted.length < 2 ||
      !["a", "0", "1"].includes(sorted[0]?.[0] ?? "") ||
      sorted.some(([mark], at) => mark.charCodeAt(0) !== first + at)
    )
      continue;
    return {
      texts: sorted.map(([, name]) => String(row[name])),
      labels: sorted.map(([mark]) => mark.toUpperCase()),
      columns: sorted.map(([, name]) => name),
      inColumns: true,
    };
  }
  return undefined;
}

/** The options as lines of a prompt, each with its letter. */
export function renderOptions({ texts }: Options): string {
  return texts.map((_, at) => renderOption(texts, at)).join("\n");
}

function renderOption(texts: readonly string[], at: number): string {
  return `${letters.charAt(at)}. ${withoutLabel(texts[at] ?? "", at)}`;
}

/** The letter at the beginning of an option that bears one, as in `A) 21` and `(B) 22`. */
function leadingLabel(text: string): string | undefined {
  return /^\(?([A-Z])[).:]\s*\S/.exec(text.trim())?.[1];
}

function withoutLabel(text: string, at: number): string {
  const plain = text.trim();
  return leadingLabel(plain) === letters.charAt(at) ? plain.replace(/^\(?[A-Z][).:]\s*/, "") : plain;
}

/**
 * The answer to a question with options, as the option's letter and text. The answer is an option's
 * label, letter or text, or its place. Text that is none of these is an answer of its own.
 * @param firstPlace The number that stands for the first option. Undefined when no row has told.
 * @throws RowError when a place or a letter is beyond the options.
 */
export function answerText(answer: string | number, options: Options, firstPlace: 0 | 1 | undefined): string {
  const { texts, labels, inColumns } = options;
  const text = String(answer).trim();
  const bare = text
    .replace(/^\(?([A-Za-z0-9]{1,2})[).:]?$/, "$1")
    .replace(/^(?:option|opt|op|choice|sol|ending|answer)[ _]?(?=[A-Za-z0-9]$)/i, "");
  const place = /^\d{1,2}(?:\.0)?$/.test(bare) ? Number(bare) : undefined;
  const spoken = text.replace(/^\(?[A-Z][).:]\s+/, "");
  const same = texts.findIndex((option, at) =>
    [option, withoutLabel(option, at)].some((one) => sameText(one, text) || sameText(one, spoken)),
  );
  if (same !== -1 && (typeof answer === "string" || place === undefined || place > texts.length)) return renderOption(texts, same);
  const byLabel = labels.findIndex((label) => sameText(label, bare));
  // Whether option1 and option2 are called 1 and 2 or 0 and 1 is told by the place below.
  if (byLabel !== -1 && !(inColumns && labels[0] === "1")) return renderOption(texts, byLabel);
  if (/^[A-Za-z]$/.test(bare)) return atPlace(letters.indexOf(bare.toUpperCase()), options, text);
  if (place === undefined) return text;
  return atPlace(place - (firstPlace ?? likelyFirst(answer, place, options)), options, text);
}

/** Datasets count from 0, except for text that names one of `option1`, `option2`. */
function likelyFirst(answer: string | number, place: number, { texts, inColumns }: Options): 0 | 1 {
  return place === texts.length || (inColumns && typeof answer === "string" && place > 0) ? 1 : 0;
}

function atPlace(at: number, { texts }: Options, answer: string): string {
  if (at >= 0 && at < texts.length) return renderOption(texts, at);
  throw new RowError("answer-not-an-option", `the answer "${answer.slice(0, 20)}" is none of the ${texts.length} options`);
}

function sameText(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
