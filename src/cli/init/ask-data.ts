import { resolveConfig } from "../../config/run-config.ts";
import { inspectDataset, type Inspection } from "../../datasets/inspect.ts";
import { UsageError } from "../../errors.ts";
import { counted, thousands } from "../../texts/number-text.ts";
import type { Answers } from "./answers.ts";
import type { Asker, Choice, Question } from "./asker.ts";
import { findData, type DataFile } from "./find-data.ts";

/** Enough to detect a format and to see what the rows are like. */
const rowsInspected = 1_000;

/** The data, as keys of the config file, and what it holds. */
export type Data = Pick<Answers, "instructionColumn" | "responseColumn"> & { readonly input: string; readonly data: Inspection };

/** Asks for a dataset until one can be read. After a failure its columns may be named. */
export async function askData(given: Answers, asker: Asker, cwd: string): Promise<Data> {
  if (given.input === "-") throw new UsageError("sysgen init cannot look at stdin, because a run reads it later. Give the path of a file.");
  const files = given.input === undefined ? await findData(cwd) : [];
  const { instructionColumn, responseColumn } = given;
  let asked: Omit<Data, "data"> = { input: given.input ?? (await askPath(files, asker)), instructionColumn, responseColumn };
  for (;;) {
    try {
      const options = { ...resolveConfig(asked), stdin: process.stdin, most: rowsInspected };
      const data = await asker.wait(`reading ${asked.input}`, inspectDataset(options));
      if (data.examples === 0) throw new UsageError(`${asked.input}: ${unusableWords(data)}`);
      asker.say(`${asked.input}: ${dataWords(data)}`);
      return { ...asked, data };
    } catch (error) {
      if (!asker.canAskAgain || !(error instanceof UsageError)) throw error;
      asker.say(error.message);
      asked = await askAnew(asked.input, files, asker);
    }
  }
}

async function askPath(files: readonly DataFile[], asker: Asker): Promise<string> {
  const question: Question = { text: "Where is the data?", flag: "its path: sysgen init <input>" };
  const found = files.map(({ path, bytes }): Choice<string | undefined> => ({
    value: path,
    label: path,
    hint: `${thousands(Math.ceil(bytes / 1000))} kB`,
  }));
  const elsewhere: Choice<undefined> = { value: undefined, label: "elsewhere, or on the Hugging Face hub" };
  const choices = asker.canAskAgain ? [...found, elsewhere] : found;
  const chosen = found.length > 0 ? await asker.select(question, choices, asker.canAskAgain) : undefined;
  return chosen ?? asker.text({ ...question, text: "Path of the data, pattern such as 'data/*.parquet', or hf:<owner>/<dataset>" });
}

/** The same data with its columns named, or other data. */
async function askAnew(input: string, files: readonly DataFile[], asker: Asker): Promise<Omit<Data, "data">> {
  const choices = [
    { value: false, label: "take other data" },
    { value: true, label: `name the columns of ${input}` },
  ];
  const namesColumns = await asker.select({ text: "What now?", flag: "--instruction-column and --response-column" }, choices, true);
  if (!namesColumns) return { input: await askPath(files, asker) };
  return {
    input,
    instructionColumn: await asker.text({ text: "The column of the instruction", flag: "--instruction-column <name>" }),
    responseColumn: await asker.text({ text: "The column of the response", flag: "--response-column <name>" }),
  };
}

/** Why no row can be used. */
function unusableWords({ looked, firstProblems }: Inspection): string {
  const [first] = firstProblems;
  const why = first === undefined ? "" : ` The first is line ${first.line}: ${first.reason}, ${first.detail}`;
  return `no row of the ${thousands(looked)} that were read can be used.${why}`;
}

/** What was found in the data, such as `question-answer, 400 rows`. */
export function dataWords({ format, rows, looked, examples, withSystemMessage }: Inspection): string {
  const count = rows.count === undefined ? "rows not counted" : `${rows.isExact ? "" : "about "}${counted(rows.count, "row")}`;
  const unusable = looked - examples;
  const read = looked === rows.count ? "" : ` of the ${thousands(looked)} that were read`;
  return [
    format,
    count,
    ...(unusable > 0 ? [`${thousands(unusable)}${read} cannot be used (sysgen inspect says why)`] : []),
    ...(withSystemMessage > 0 ? [`${thousands(withSystemMessage)}${read} hold a system message already`] : []),
  ].join(", ");
}
