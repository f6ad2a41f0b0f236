import { z } from "zod";
import { asPairs, pair, splitSystem, withSystem, refuseTools } from "./conversation.ts";
import { hasAny, isColumns, otherColumns, readColumns, RowError, textIn, type Columns, type Format } from "./format.ts";
import { systemLike } from "./system-column.ts";
import { listIn, listLike } from "./turn-list.ts";

const historySchema = z.object({ history: z.array(z.tuple([z.string(), z.string()])) });

/**
 * The columns of Stanford Alpaca (https://github.com/tatsu-lab/stanford_alpaca). Also reads
 * `system` and `history` of LLaMA-Factory, `context` and `response` of Dolly, and the first of the
 * `instances` of self-instruct. Instruction and input are joined by a line feed, as LLaMA-Factory
 * does.
 */
export const alpaca: Format = {
  name: "alpaca",
  columns: "instruction, input (optional), output",
  fits: (row) =>
    hasAny(row, ["instruction"]) &&
    (hasAny(row, ["output"]) || firstInstance(row) !== undefined || (hasAny(row, ["response"]) && hasAny(row, ["context", "input"]))),
  read(row) {
    const spelling = spellingOf(row);
    const instruction = requiredText(row, "instruction");
    const input = textIn(spelling.holder, spelling.input);
    const output = requiredText(spelling.holder, spelling.output);
    const before = pairsIn(row["history"]).flatMap(([asked, answered]) => pair(asked, answered));
    return {
      messages: withSystem(textIn(row, "system"), [...before, ...pair(joined(instruction, input), output)]),
      columns: otherColumns(row, ["instruction", "system", "history", ...holderColumns(row, spelling)]),
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
    const { holder } = spelling;
    const input = holder[spelling.input];
    const sameInstruction = joined(String(like["instruction"]), input) === last.instruction;
    const filled = {
      ...(sameInstruction || input == null ? {} : { [spelling.input]: "" }),
      [spelling.output]: last.response,
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

function requiredText(row: Columns, name: string): string {
  const text = textIn(row, name);
  if (text === undefined) throw new RowError("missing-column", `column "${name}": expected string, found nothing`);
  return text;
}

/** The names of a row's input and output. */
interface Spelling {
  /** The object that holds input and output. Either the row or its first instance. */
  readonly holder: Columns;
  readonly input: "input" | "context";
  readonly output: "output" | "response";
}

function spellingOf(row: Columns): Spelling {
  const holder = row["output"] == null && row["response"] == null ? (firstInstance(row) ?? row) : row;
  return {
    holder,
    input: holder["input"] == null && holder["context"] != null ? "context" : "input",
    output: holder["output"] == null && holder["response"] != null ? "response" : "output",
  };
}

/**
 * The columns that are read for input and output. `instances` with more than one element is not
 * among them, because the further instances are carried through.
 */
function holderColumns(row: Columns, { holder, input, output }: Spelling): string[] {
  if (holder === row) return [input, output];
  return listIn(row["instances"])?.length === 1 ? ["instances"] : [];
}

function firstInstance(row: Columns): Columns | undefined {
  const first = listIn(row["instances"])?.[0];
  return isColumns(first) ? first : undefined;
}

function joined(instruction: string, input: unknown): string {
  return typeof input !== "string" || input.trim() === "" ? instruction : `${instruction}\n${input}`;
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
