import { judgeWarnings } from "../phases/calibration-words.ts";
import { otherSources } from "./sources.ts";
import type { Report } from "./report.ts";

/** What a reader of the figures should know, as sentences. */
export function notesOn(
  report: Omit<Report, "notes">,
  { tokenizedRows, embeddedRows }: { readonly tokenizedRows: number | undefined; readonly embeddedRows: number | undefined },
): string[] {
  const { run, overall, bySource, calibration } = report;
  const { responses, rows } = overall;
  const some = (count: number, one: string, several: string): string => (count === 1 ? one : several.replace("#", String(count)));
  return [
    run.state === "running" ? "The run is at work: the figures are of the rows until now." : "",
    rows.failed > 0
      ? `${some(rows.failed, "One row", "# rows")} failed; the run's command again retries ${rows.failed === 1 ? "it" : "them"}.`
      : "",
    ...(calibration === null ? [] : [judgeWarnings(calibration).join(" ")]),
    responses.keptOriginal > 0
      ? `${some(responses.keptOriginal, "One response", "# responses")} that a gate made the original again ${responses.keptOriginal === 1 ? "is" : "are"} left out of A against A'.`
      : "",
    responses.untouched > 0
      ? `${some(responses.untouched, "One response", "# responses")} that ${responses.untouched === 1 ? "was" : "were"} not to be written anew (earlier turns, calls of tools, masked turns) ${responses.untouched === 1 ? "is" : "are"} left out of A against A'.`
      : "",
    responses.identical > 0
      ? `${some(responses.identical, "One new response equals", "# new responses equal")} the original, word for word.`
      : "",
    tokenizedRows === undefined ? "" : `Tokens are counted for about ${tokenizedRows} rows, drawn at random.`,
    embeddedRows === undefined ? "" : `Embeddings are compared for about ${embeddedRows} rows, drawn at random.`,
    responses.lengths.some(({ unit }) => unit === "tokens") ? "" : "Tokens are not counted: install gpt-tokenizer for that.",
    "Scores with the tokenizers rouge and 13a can be put beside published ones. Those of unicode cannot; rouge drops every letter outside a to z.",
    bySource.some(({ source }) => source === otherSources)
      ? `Sources beyond the first ${bySource.length - 1} are together as ${otherSources}.`
      : "",
  ].filter((note) => note !== "");
}
