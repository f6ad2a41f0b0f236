import { findColumn, textsOf } from "../columns/column-names.ts";
import { onlyPair, pair, refuseTools, splitSystem, withSystem } from "./conversation.ts";
import { kindOf, otherColumns, RowError, type Columns, type Format } from "./format.ts";
import { answerText, optionsIn, type Options } from "../columns/options.ts";
import { firstAnswer, promptOf, withoutParts, type Prompt } from "../columns/prompt-parts.ts";
import { systemLike } from "./system-column.ts";
import { systemColumn, systemText } from "../columns/system-text.ts";

const questionColumns = ["question", "query", "problem", "instruction", "prompt", "input", "text"] as const;
/** Columns of a question that only questions with options have. */
const stemColumns = ["question_stem", "stem", "ctx", "goal", "sentence", "premise", "startphrase", "context"] as const;
// The order decides. A row with a worked solution and a bare answer (NuminaMath, OpenMathInstruct)
// is read for the solution.
const answerColumns = ["response", "solution", "generated_solution", "answer", "output", "code", "answers"] as const;
/** Columns that name the right one of several options. */
const keyColumns = [
  "answerKey",
  "answer_idx",
  "answer_index",
  "correct_answer",
  "correct_option",
  "correct_choice",
  "correct_index",
  "correct_idx",
  "correct",
  "gold",
  "gold_label",
  "gold_index",
  "cop",
  "label",
  "target",
] as const;

/**
 * One column for the instruction and one for the response, by the names that public datasets use.
 * These are question/answer (OrcaMath, GSM8K), query/response (MetaMathQA), instruction/response
 * (Magicoder-Evol), problem/solution (Magicoder-OSS), text/code (MBPP), and `system_prompt` of
 * OpenOrca. Context and options of a question are joined to it (SQuAD, MMLU, ARC). Written as
 * question and answer.
 */
export const questionAnswer = questionAnswerFrom(undefined);

/** @param firstPlace The number that stands for the first option, if the dataset tells it. */
function questionAnswerFrom(firstPlace: 0 | 1 | undefined): Format {
  return {
    name: "question-answer",
    columns: `one of ${questionColumns.join("/")} and one of ${answerColumns.join("/")}`,
    fits: (row) => namesOf(row) !== undefined,
    read(row) {
      const { question, answer, prompt, response } = pairIn(row, firstPlace);
      return {
        messages: withSystem(systemText(row), pair(prompt.text, response)),
        columns: otherColumns(row, [question, answer, systemColumn(row), ...prompt.columns]),
      };
    },
    write({ messages, tools }, like) {
      refuseTools(tools);
      const { system: message, turns } = splitSystem(messages);
      const { instruction, response } = onlyPair(turns);
      if (like === undefined) return { ...(message === undefined ? {} : { system: message }), question: instruction, answer: response };
      const own = pairIn(like, firstPlace);
      return {
        ...like,
        ...(own.prompt.text === instruction ? {} : { ...withoutParts(like, own.prompt, own.question), [own.question]: instruction }),
        ...(own.response === response ? {} : { [own.answer]: response }),
        ...systemLike(message, like),
      };
    },
    forRows: (rows) => questionAnswerFrom(firstPlaceIn(rows)),
  };
}

interface QuestionPair {
  readonly question: string;
  readonly answer: string;
  readonly prompt: Prompt;
  readonly response: string;
}

function pairIn(row: Columns, firstPlace: 0 | 1 | undefined): QuestionPair {
  const names = namesOf(row);
  if (names === undefined)
    throw new RowError(
      "missing-column",
      `expected a column ${questionColumns.join(" or ")} and a column ${answerColumns.join(" or ")}, found ${Object.keys(row).slice(0, 20).join(", ")}`,
    );
  const { question, answer } = names;
  const asked = textOrNumber(row, question);
  const given = row[answer];
  const single = firstAnswer(given);
  if (single === undefined && !isEmptyList(given))
    throw new RowError("wrong-type", `column "${answer}": expected string, found ${kindOf(given)}`);
  const prompt = promptOf(row, { column: question, text: asked }, { column: answer, text: String(single ?? "") });
  return { question, answer, prompt, response: responseOf(given, single ?? "", prompt.options, firstPlace) };
}

/** An answer of SQuAD without texts, for a question that has none. */
function isEmptyList(value: unknown): boolean {
  return typeof value === "object" && value !== null && textsOf(value).length === 0;
}

function responseOf(given: unknown, single: string | number, options: Options | undefined, firstPlace: 0 | 1 | undefined): string {
  if (options === undefined) return String(single);
  if (typeof given === "boolean") return answerText(String(given), options, firstPlace);
  return answerText(single, options, firstPlace);
}

function namesOf(row: Columns): { question: string; answer: string } | undefined {
  const question = findColumn(row, questionColumns);
  const answer = findColumn(row, answerColumns);
  if (question !== undefined && answer !== undefined && question !== answer && !isOneOption(row, answer)) return { question, answer };
  const options = optionsIn(row);
  if (options === undefined) return undefined;
  const isFree = (name: string): boolean => !options.columns.includes(name);
  const stem = question ?? findColumn(row, stemColumns);
  const key = findColumn(row, [...answerColumns, ...keyColumns].filter(isFree));
  return stem === undefined || key === undefined || stem === key ? undefined : { question: stem, answer: key };
}

function isOneOption(row: Columns, answer: string): boolean {
  return answer !== "answer" && (optionsIn(row)?.columns.includes(answer) ?? false);
}

function textOrNumber(row: Columns, name: string): string {
  const value = row[name];
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return value;
  throw new RowError("wrong-type", `column "${name}": expected string, found ${kindOf(value)}`);
}

/**
 * Whether rows count options from 0 or from 1. A 0 tells the one, the number of all options the
 * other.
 */
function firstPlaceIn(rows: readonly Columns[]): 0 | 1 | undefined {
  let first: 1 | undefined;
  for (const row of rows) {
    const names = namesOf(row);
    const options = optionsIn(row);
    if (names === undefined || options === undefined) continue;
    const given = row[names.answer];
    const place =
      typeof given === "number" ? given : typeof given === "string" && /^\s*\d{1,2}\s*$/.test(given) ? Number(given) : undefined;
    if (place === 0) return 0;
    if (place === options.texts.length) first = 1;
  }
  return first;
}
