import { isBlank, plainName, textsOf } from "./column-names.ts";
import { isColumns, type Columns } from "../formats/format.ts";
import { optionsIn, renderOptions, type Options } from "./options.ts";
import { listIn, parsedText } from "../formats/turn-list.ts";

/** What datasets call a text that an instruction is about. */
const contextNames: ReadonlySet<string> = new Set(
  (
    "input inputs context contexts ctx passage passages document documents doc docs paragraph paragraphs article articles story " +
    "background text sourcetext evidence evidences fact facts table tables schema dbschema database knowledge premise hypothesis " +
    "sentence sentences sentence1 sentence2 abstract excerpt excerpts snippet snippets dialogue transcript report email review " +
    "content body reference references referencetext scenario situation narrative chapter section userinput additionalcontext " +
    "codecontext startercode starter data material support statement statements"
  ).split(" "),
);
/** Longer names of such a text, such as `wiki_passage`. */
const endsInContext = /(?:context|passage|paragraph|document|article|background|excerpt|snippet|premise)s?$/;
/** Names of an order that stands before a question. */
const orderNames: ReadonlySet<string> = new Set(["instruction", "instructions", "taskinstruction", "taskdescription"]);
/** What says that an instruction has no input. */
const noInput = /^\s*(?:<?\s*no\s?input\s*>?|n\/?a|none|nan|null)?\s*$/i;

/** What a row asks, of several columns. */
export interface Prompt {
  readonly text: string;
  /** The columns that the text is made of. */
  readonly columns: readonly string[];
  readonly options: Options | undefined;
}

/**
 * What a row asks. An order comes first, then the question, its context and its options, each on
 * lines of their own. Instruction and input are joined by a line feed, as LLaMA-Factory does.
 * @param question The question's column and its text.
 * @param answer The answer's column and its text. A column that holds question and answer is a copy
 * of the conversation and no context.
 */
export function promptOf(
  row: Columns,
  question: { readonly column: string; readonly text: string },
  answer: { readonly column: string; readonly text: string },
): Prompt {
  const orders: string[] = [];
  const contexts: string[] = [];
  const columns = [question.column];
  const options = optionsIn(row);
  const asked = question.text.trim();
  for (const name in row) {
    if (name === question.column || name === answer.column || isBlank(row[name]) || options?.columns.includes(name) === true) continue;
    const plain = plainName(name);
    const isOrder = orderNames.has(plain);
    if (!isOrder && !contextNames.has(plain) && !endsInContext.test(plain)) continue;
    const text = contextText(row[name]);
    if (text === undefined || isCopy(text, asked, answer.text)) continue;
    columns.push(name);
    if (!noInput.test(text)) (isOrder ? orders : contexts).push(text);
  }
  const parts = [...orders, ...(asked === "" ? [] : [question.text]), ...contexts];
  if (options !== undefined && !holdsOptions(parts, options)) parts.push(renderOptions(options));
  return { text: parts.join("\n"), columns: [...columns, ...(options?.columns ?? [])], options };
}

/** A rendered prompt, a rendered conversation, or a part of the question. */
function isCopy(text: string, question: string, answer: string): boolean {
  if (question === "") return false;
  return question.includes(text.trim()) || (text.includes(question) && (question.length >= 20 || text.includes(answer.trim())));
}

/** Some questions hold their options already. */
function holdsOptions(parts: readonly string[], { texts }: Options): boolean {
  const text = parts.join("\n");
  return texts.every((option) => text.includes(option.trim())) && /(?:^|\s)\(?A[).:]/.test(text);
}

const textKeys = ["text", "contexts", "context", "sentences", "passages", "passage_text", "passage", "content"];

/** Text, a list of texts, or a structure with texts, as one text. */
function contextText(value: unknown, depth = 0): string | undefined {
  if (depth > 20) return undefined;
  if (typeof value === "string") {
    const list = value.startsWith("[") ? listIn(value) : undefined;
    return list !== undefined && list.length > 0 && list.every((item) => typeof item === "string") ? list.join("\n\n") : value;
  }
  if (Array.isArray(value)) {
    const texts = value.map((item: unknown) => contextText(item, depth + 1));
    return texts.every((text) => text !== undefined) ? texts.join("\n\n") : undefined;
  }
  if (!isColumns(value)) return undefined;
  const key = textKeys.find((name) => !isBlank(value[name]));
  return key === undefined ? textsOf(value).join("\n") : contextText(value[key], depth + 1);
}

/** The prompt's columns other than the question, emptied. */
export function withoutParts(row: Columns, { columns }: Prompt, question: string): Columns {
  return Object.fromEntries(columns.filter((name) => name !== question).map((name) => [name, typeof row[name] === "string" ? "" : null]));
}

/** The first text of an answer that is given as a list or a structure, as in SQuAD. */
export function firstAnswer(value: unknown, depth = 0): string | number | undefined {
  if (depth > 20) return undefined;
  if (typeof value === "string") {
    const parsed = /^\s*(?:\[|\{['"]text)/.test(value) ? parsedText(value) : undefined;
    return parsed === undefined ? value : (firstAnswer(parsed, depth + 1) ?? value);
  }
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (Array.isArray(value)) return firstAnswer(value[0], depth + 1);
  return isColumns(value) ? firstAnswer(value["text"] ?? value["value"] ?? value["answer"], depth + 1) : undefined;
}
