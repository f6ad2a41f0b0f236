import { UsageError } from "../errors.ts";
import { RowError, type Columns } from "../datasets/formats/format.ts";
import { sharegpt } from "../datasets/formats/sharegpt.ts";
import { withCarried } from "../records/carried-columns.ts";
import type { Message } from "../records/message.ts";
import type { RowWriter } from "./row-writer.ts";
import type { PairLayout } from "./trainers/trainer.ts";
import { inVariant, type Variant } from "./variant.ts";

/** Which response of a row a judge found better in both orders, or why there is none. */
export type Preference = "new" | "original" | "tie" | "unparsed";

export interface PreferenceOptions {
  /** What the judge found, by the row's id. */
  readonly preferences: ReadonlyMap<string, Preference>;
  readonly variant: Variant;
  readonly layout: PairLayout;
}

const whyNot: Readonly<Record<Exclude<Preference, "new"> | "none", readonly [reason: string, detail: string]>> = {
  none: ["not-judged", "the judge was not asked about the row"],
  original: ["original-preferred", "the judge prefers the original response"],
  tie: ["no-preference", "the judge's two orders do not agree on the new response"],
  unparsed: ["verdict-unparsed", "the judge's verdict could not be read"],
};

/** @throws UsageError for a variant whose texts are not those that the judge compared. */
export function refusePairsOf({ responses, system }: Variant): void {
  if (responses === "original") throw new UsageError("--format preference holds both responses of a row; leave out --responses original.");
  if (system.kind !== "generated")
    throw new UsageError(
      `--format preference: the judge preferred the new responses under the generated system messages, so the pairs have these; leave out --system ${system.kind === "common" ? `common:${system.text}` : system.kind}.`,
    );
}

/**
 * Writes the rows whose new response a judge preferred in both orders, as a prompt with a chosen
 * response A' and a rejected response A (https://huggingface.co/docs/trl/dataset_formats). The
 * prompt has the row's system message.
 * @returns A writer that throws RowError for any other row, with the reason.
 */
export function preferenceWriter({ preferences, variant, layout }: PreferenceOptions): RowWriter {
  return (row) => {
    const preference = preferences.get(row.id) ?? "none";
    if (preference !== "new") throw new RowError(...whyNot[preference]);
    const chosen = inVariant(row, { ...variant, responses: "new" });
    const rejected = inVariant(row, { ...variant, responses: "original" });
    const [better, worse] = [chosen.at(-1), rejected.at(-1)];
    if (better?.role !== "assistant" || worse === undefined) throw new RowError("no-last-response", "the row does not end with a response");
    const prompt = chosen.slice(0, -1);
    // A pair has one prompt, so earlier responses must be the same on both sides.
    if (prompt.some(({ content }, index) => content !== rejected[index]?.content))
      throw new RowError(
        "other-history",
        "earlier responses of the conversation were written anew too, so the two sides have no common prompt",
      );
    return withCarried({ id: row.id, ...laidOut(prompt, better, worse, row.tools, layout) }, row.columns);
  };
}

function laidOut(prompt: readonly Message[], better: Message, worse: Message, tools: unknown, layout: PairLayout): Columns {
  const others = tools === undefined ? {} : { tools };
  if (layout === "messages") return { prompt: prompt.map(written), chosen: [written(better)], rejected: [written(worse)], ...others };
  return { ...sharegpt.write({ messages: prompt, ...others }), chosen: turnOf(better), rejected: turnOf(worse) };
}

function written({ role, content, extra }: Message): Columns {
  return { role, content, ...extra };
}

function turnOf({ content }: Message): Columns {
  return { from: "gpt", value: content };
}
