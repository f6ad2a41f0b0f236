import { z } from "zod";
import { asPairs, pair, splitSystem, withSystem, refuseTools } from "./conversation.ts";
import { hasAny, isColumns, otherColumns, readColumns, RowError, textIn, type Columns, type Format } from "./format.ts";
import { answerText } from "../columns/options.ts";
import { promptOf, withoutParts, type Prompt } from "../columns/prompt-parts.ts";
import { systemLike } from "./system-column.ts";
import { systemColumn, systemText } from "../columns/system-text.ts";
import { listIn, listLike } from "./turn-list.ts";

const historySchema = z.object({ history: z.array(z.tuple([z.string(), z.string()])) });

/**
 * The columns of Stanford Alpaca (https://github.com/tatsu-lab/stanford_alpaca). Also reads
 * `system` and `history` of LLaMA-Factory, `context` and `response` of Dolly, and the first of the
 * `instances` of self-instruct. Input, context and options follow the instruction.
 */
export const alpaca: Format = {
  name: "alpaca",
  columns: "instruction, input (optional), output",
  fits: (row) =>
    hasAny(row, ["instruction"]) &&
    (hasAny(row, ["output"]) || firstInstance(row) !== undefined || (hasAny(row, ["response"]) && hasAny(row, ["context", "input"]))),
  read(row) {
    const spelling = spellingOf(row);
    const { prompt, response } = pairIn(row, spelling);
    const before = pairsIn(row["history"]).flatMap(([asked, answered]) => pair(asked, answered));
    return {
      messages: withSystem(systemText(row), [...before, ...pair(prompt.text, response)]),
      columns: otherColumns(row, [systemColumn(row), "history", ...holderColumns(row, spelling, prompt)]),
    };
  },
  write({ messages, tools }, like) {
    refuseTools(tools);
    const { system, turns } = splitSystem(messages);
    const pairs = asPairs(turns);
    const last = pairs.at(-1);
    if (last === undefined) throw new RowError("no-response", "expected an instruction and a response, found none");
    const earlier = pairs.slice(0, -1).map(({ instruction, response }) => [instruction, response]);
    if (like === undefined) {
      return {
        instruction: last.instruction,
        input: "",
        output: last.response,
        ...(system === undefined ? {} : { system }),
        ...(earlier.length > 0 ? { history: earlier } : {}),
      };
    }
    const spelling = spellingOf(like);
    const { holder, output } = spelling;
    const own = pairIn(like, spelling);
    const sameInstruction = own.prompt.text === last.instruction;
    const { instruction: _instruction, ...emptied } = withoutParts(holder, own.prompt, "instruction");
    const filled = {
      ...(sameInstruction ? {} : emptied),
      ...(own.response === last.response ? {} : { [output]: last.response }),
    };
    const instances = holder === like ? undefined : (listIn(like["instances"]) ?? []);
    return {
      ...like,
      ...(sameInstruction ? {} : { instruction: last.instruction }),
      ...(instances
        ? { instances: listLike([{ ...holder, ...filled }, ...instances.slice(1).filter(isColumns)], like["instances"]) }
        : filled),
      ...systemLike(system, like),
      ...historyLike(earlier, like),
    };
  },
};

/** The object that holds a row's input and output, and the name of the output. */
interface Spelling {
  /** Either the row or its first instance. */
  readonly holder: Columns;
  readonly output: "output" | "response";
}

function spellingOf(row: Columns): Spelling {
  const holder = row["output"] == null && row["response"] == null ? (firstInstance(row) ?? row) : row;
  return { holder, output: holder["output"] == null && holder["response"] != null ? "response" : "output" };
}

function pairIn(row: Columns, { holder, output }: Spelling): { prompt: Prompt; response: string } {
  const response = textIn(holder, output);
  if (response === undefined) throw new RowError("missing-column", `column "${output}": expected string, found nothing`);
  const asked = { column: "instruction", text: textIn(row, "instruction") ?? "" };
  const prompt = promptOf(holder, asked, { column: output, text: response });
  if (prompt.text === "" && row["instruction"] == null)
    throw new RowError("missing-column", 'column "instruction": expected string, found nothing');
  return { prompt, response: prompt.options === undefined ? response : answerText(response, prompt.options, undefined) };
}

/**
 * The columns that are read for instruction and output. `instances` with more than one element is
 * not among them, because the further instances are carried through.
 */
function holderColumns(row: Columns, { holder, output }: Spelling, { columns }: Prompt): string[] {
  if (holder === row) return [...columns, ...("input" in row ? ["input"] : []), ...("context" in row ? ["context"] : []), output];
  return ["instruction", ...(listIn(row["instances"])?.length === 1 ? ["instances"] : [])];
}

function firstInstance(row: Columns): Columns | undefined {
  const first = listIn(row["instances"])?.[0];
  return isColumns(first) ? first : undefined;
}

function pairsIn(history: unknown): [string, string][] {
  if (history == null || history === "") return [];
  return readColumns(historySchema, { history: listIn(history) ?? history }).history;
}

function historyLike(earlier: readonly (readonly string[])[], like: Columns): Columns {
  const before = like["history"];
  if (JSON.stringify(pairsIn(before)) === JSON.stringify(earlier)) return {};
  return { history: typeof before === "string" ? JSON.stringify(earlier) : earlier };
}
