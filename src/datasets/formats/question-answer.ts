import { z } from "zod";
import { RowError, hasAny, isColumns, kindOf, pair, readColumns, withSystem, type Columns, type Format } from "./format.ts";

const questionColumns = ["question", "query", "problem", "instruction", "prompt", "input"] as const;
// A set that holds a worked solution and its bare answer (NuminaMath, OpenMathInstruct) is read for the solution.
const answerColumns = ["response", "solution", "generated_solution", "answer", "output"] as const;
const system = z.looseObject({ system: z.string().nullish(), system_prompt: z.string().nullish() });
const pairs = z.looseObject({ conversation: z.array(z.looseObject({ input: z.string(), output: z.string() })) });

/**
 * One column for the instruction and one for the response, by the names that public sets use: question/answer (OrcaMath, GSM8K),
 * query/response (MetaMathQA), instruction/response (Magicoder-Evol), problem/solution (Magicoder-OSS), with OpenOrca's
 * `system_prompt`; and Capybara's `conversation` of input/output pairs.
 */
export const questionAnswer: Format = {
  name: "question-answer",
  columns: `one of ${questionColumns.join("/")} and one of ${answerColumns.join("/")}, or conversation: [{input, output}, ...]`,
  fits: (row) => hasPairs(row) || (hasAny(row, questionColumns) && hasAny(row, answerColumns)),
  read(row) {
    const before = readColumns(system, row);
    const systemMessage = before.system ?? before.system_prompt;
    if (hasPairs(row)) {
      const turns = readColumns(pairs, row).conversation.flatMap(({ input, output }) => pair(input, output));
      return { messages: withSystem(systemMessage, turns) };
    }
    return { messages: withSystem(systemMessage, pair(readText(row, questionColumns), readText(row, answerColumns))) };
  },
};

function hasPairs(row: Columns): boolean {
  const list: unknown = row["conversation"];
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  return isColumns(first) && "input" in first && "output" in first;
}

function readText(row: Columns, names: readonly string[]): string {
  const name = names.find((candidate) => row[candidate] != null);
  if (name === undefined)
    throw new RowError("missing-column", `expected a column ${names.join(" or ")}, found ${Object.keys(row).slice(0, 20).join(", ")}`);
  const value = row[name];
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") throw new RowError("wrong-type", `column "${name}": expected string, found ${kindOf(value)}`);
  return value;
}
