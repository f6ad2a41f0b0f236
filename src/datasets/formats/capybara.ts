import { z } from "zod";
import { asPairs, pair, refuseTools, splitSystem, withSystem } from "./conversation.ts";
import { isColumns, otherColumns, readColumns, RowError, type Columns, type Format } from "./format.ts";
import { listIn, listLike } from "./turn-list.ts";
import { systemLike } from "./system-column.ts";
import { systemColumn } from "../columns/system-text.ts";

const schema = z.object({
  system: z.string().nullish(),
  pairs: z.array(z.looseObject({ input: z.string(), output: z.string() })),
});
const lists = ["conversation", "conversations", "dialog"] as const;

/**
 * Capybara's `conversation` of input/output pairs (https://huggingface.co/datasets/LDJnr/Capybara).
 * Also reads a `system` column, and XTuner's `system` in the first pair.
 */
export const capybara: Format = {
  name: "capybara",
  columns: "conversation: [{input, output}, ...]",
  fits: (row) => pairsOf(row) !== undefined,
  read(row) {
    const found = pairsOf(row);
    if (found === undefined)
      throw new RowError("missing-column", 'column "conversation": expected a list of input/output pairs, found none');
    const { system, pairs } = readColumns(schema, { system: row[systemColumn(row)], pairs: found.list });
    const inPair = pairs[0]?.["system"];
    return {
      messages: withSystem(
        system ?? (typeof inPair === "string" ? inPair : undefined),
        pairs.flatMap(({ input, output }) => pair(input, output)),
      ),
      columns: otherColumns(row, [found.name, systemColumn(row)]),
    };
  },
  write({ messages, tools }, like) {
    refuseTools(tools);
    const { system, turns } = splitSystem(messages);
    const found = like === undefined ? undefined : pairsOf(like);
    const own = found?.list.filter(isColumns) ?? [];
    const written = asPairs(turns).map(({ instruction, response }, index): Columns => ({
      ...own[index],
      input: instruction,
      output: response,
    }));
    const name = found?.name ?? "conversation";
    const [first, ...others] = written;
    const inPair = like?.[systemColumn(like)] == null && typeof own[0]?.["system"] === "string";
    const pairs = inPair && first && own[0] ? [{ ...first, ...systemLike(system, own[0], "system") }, ...others] : written;
    return { ...like, [name]: listLike(pairs, like?.[name]), ...(inPair ? {} : systemLike(system, like ?? {})) };
  },
};

function pairsOf(row: Columns): { name: string; list: readonly unknown[] } | undefined {
  for (const name of lists) {
    const list = listIn(row[name]);
    const first = list?.[0];
    if (list !== undefined && isColumns(first) && "input" in first && "output" in first) return { name, list };
  }
  return undefined;
}
