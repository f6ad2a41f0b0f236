import { UsageError } from "../../errors.ts";
import { alpaca } from "./alpaca.ts";
import { capybara } from "./capybara.ts";
import { columnsFormat, type ColumnMapping } from "./columns.ts";
import { isColumns, type Format } from "./format.ts";
import { messages } from "./messages.ts";
import { preference } from "./preference.ts";
import { promptCompletion } from "./prompt-completion.ts";
import { questionAnswer } from "./question-answer.ts";
import { sharegpt } from "./sharegpt.ts";
import { turns } from "./turns.ts";

/**
 * The table of formats. When two formats fit equally many rows, detection takes the one named
 * first.
 */
export const formats: readonly Format[] = [preference, messages, sharegpt, capybara, turns, promptCompletion, alpaca, questionAnswer];

/** All names that `formatByName` knows. `columns` is the format of the user's own mapping. */
export const formatNames: readonly string[] = [...formats.map(({ name }) => name), "columns"];

/**
 * The format of that name.
 * @param mapping Needed for the name `columns`, ignored for others.
 * @param own Formats of the user's own.
 * @throws UsageError when no format has that name, or `columns` comes without a mapping.
 */
export function formatByName(name: string, mapping?: ColumnMapping, own: readonly Format[] = []): Format {
  if (name === "columns" && mapping === undefined)
    throw new UsageError(
      "The format columns needs --instruction-column and --response-column: a column's name, or a path such as turns.0.text.",
    );
  const format = name === "columns" && mapping ? columnsFormat(mapping) : [...own, ...formats].find((candidate) => candidate.name === name);
  if (format) return format;
  throw new UsageError(`Unknown format "${name}". Expected one of: ${[...own.map((format) => format.name), ...formatNames].join(", ")}.`);
}

/**
 * The format that fits most rows of the sample.
 * @param input The input's name, for the error message.
 * @param own Formats of the user's own, which come before those of the table.
 * @throws UsageError when no format fits any row.
 */
export function detectFormat(input: string, sample: readonly unknown[], own: readonly Format[] = []): Format {
  const rows = sample.filter(isColumns);
  const scored = [...own, ...formats].map((format) => ({ format, fitting: rows.filter((row) => format.fits(row)).length }));
  const best = scored.reduce((a, b) => (b.fitting > a.fitting ? b : a));
  if (best.fitting > 0) return best.format;
  const found = rows[0] ? `columns ${Object.keys(rows[0]).slice(0, 20).join(", ") || "(none)"}` : "rows that are no objects";
  const known = formats.map((format) => `  ${format.name}: ${format.columns}`).join("\n");
  throw new UsageError(
    `${input}: no known format fits its first rows. Found ${found}. Expected one of:\n${known}\nOr name the columns: --instruction-column and --response-column.`,
  );
}
