import { z } from "zod";
import { RowError, hasAny, pair, readColumns, withSystem, type Format } from "./format.ts";

const text = z.string().nullish();
const schema = z.looseObject({
  instruction: z.string(),
  input: text,
  context: text,
  output: text,
  response: text,
  system: text,
  history: z.array(z.tuple([z.string(), z.string()])).nullish(),
});

/**
 * Stanford Alpaca's columns, with LLaMA-Factory's `system` and `history`, and Dolly's names (`context`, `response`).
 * Instruction and input are joined by a line end, as LLaMA-Factory does.
 */
export const alpaca: Format = {
  name: "alpaca",
  columns: "instruction, input (optional), output",
  fits: (row) =>
    hasAny(row, ["instruction"]) && (hasAny(row, ["output"]) || (hasAny(row, ["response"]) && hasAny(row, ["context", "input"]))),
  read(row) {
    const columns = readColumns(schema, row);
    const output = columns.output ?? columns.response;
    if (output == null) throw new RowError("missing-column", 'column "output": expected string, found nothing');
    const input = columns.input ?? columns.context ?? "";
    const history = (columns.history ?? []).flatMap(([instruction, response]) => pair(instruction, response));
    const instruction = input.trim() === "" ? columns.instruction : `${columns.instruction}\n${input}`;
    return { messages: withSystem(columns.system, [...history, ...pair(instruction, output)]) };
  },
};
