import { onlyPair, pair, refuseTools, splitSystem, withSystem } from "./conversation.ts";
import { hasAny, otherColumns, RowError, textIn, type Columns, type Format } from "./format.ts";
import { systemLike } from "./system-column.ts";

const questionColumns = ["question", "query", "problem", "instruction", "prompt", "input", "text"] as const;
// The order decides. A row with a worked solution and a bare answer (NuminaMath, OpenMathInstruct)
// is read for the solution.
const answerColumns = ["response", "solution", "generated_solution", "answer", "output", "code"] as const;
const systemColumns = ["system", "system_prompt"] as const;

/**
 * One column for the instruction and one for the response, by the names that public datasets use.
 * These are question/answer (OrcaMath, GSM8K), query/response (MetaMathQA), instruction/response
 * (Magicoder-Evol), problem/solution (Magicoder-OSS), text/code (MBPP), and `system_prompt` of
 * OpenOrca. Written as question and answer.
 */
export const questionAnswer: Format = {
  name: "question-answer",
  columns: `one of ${questionColumns.join("/")} and one of ${answerColumns.join("/")}`,
  fits: (row) => hasAny(row, questionColumns) && hasAny(row, answerColumns),
  read(row) {
    const [question, answer] = [columnOf(row, questionColumns), columnOf(row, answerColumns)];
    return {
      messages: withSystem(
        textIn(row, "system") ?? textIn(row, "system_prompt"),
        pair(textOrNumber(row, question), textOrNumber(row, answer)),
      ),
      columns: otherColumns(row, [question, answer, ...systemColumns]),
    };
  },
  write({ messages, tools }, like) {
    refuseTools(tools);
    const { system: message, turns } = splitSystem(messages);
    const { instruction, response } = onlyPair(turns);
    if (like === undefined) return { ...(message === undefined ? {} : { system: message }), question: instruction, answer: response };
    const [question, answer] = [columnOf(like, questionColumns), columnOf(like, answerColumns)];
    return {
      ...like,
      ...(textOrNumber(like, question) === instruction ? {} : { [question]: instruction }),
      ...(textOrNumber(like, answer) === response ? {} : { [answer]: response }),
      ...systemLike(message, like, like["system"] == null && "system_prompt" in like ? "system_prompt" : "system"),
    };
  },
};

function columnOf(row: Columns, names: readonly string[]): string {
  const name = names.find((candidate) => row[candidate] != null);
  if (name !== undefined) return name;
  throw new RowError("missing-column", `expected a column ${names.join(" or ")}, found ${Object.keys(row).slice(0, 20).join(", ")}`);
}

function textOrNumber(row: Columns, name: string): string {
  const value = row[name];
  return typeof value === "number" ? String(value) : (textIn(row, name) ?? "");
}
