import { stringify } from "yaml";
import { answersInWords, notChecked } from "../../records/answers.ts";
import { mayRemove } from "../../phases/calibration.ts";
import type { RunCounts } from "../../runs/counts.ts";
import type { Money } from "../../runs/money.ts";
import type { RunJudge } from "../../runs/run-judge.ts";
import type { TagShare } from "../../runs/tag-shares.ts";
import type { Tally } from "../../runs/tally.ts";
import { decimal, dollars, percent, thousands } from "../../texts/number-text.ts";
import { hubColumns } from "./hub-row.ts";
import type { LeftOutRows } from "../exported-row.ts";
import { licenceKeys } from "./licences.ts";

export interface CardFacts {
  /** Title of the page. */
  readonly name: string;
  /** `owner/name` on the hub, where it is known. */
  readonly repo: string | undefined;
  readonly splits: readonly { readonly name: string; readonly rows: number; readonly pattern: string }[];
  /** Where the rows come from, which is a dataset of the hub or a file's name. */
  readonly source: { readonly hub?: string | undefined; readonly name: string };
  readonly licence: string | undefined;
  readonly models: readonly string[];
  readonly judgeModels: readonly string[];
  readonly version: string;
  readonly preset: string;
  readonly responses: "new" | "original";
  /** Rows among those published that keep an original response. */
  readonly originalKept: number;
  /** Finished rows of the run that are not published. */
  readonly leftOut: Readonly<LeftOutRows>;
  /** ISO 639-1 codes of the system messages, the most frequent first. */
  readonly languages: readonly string[];
  /** The run's settings, by name. */
  readonly settings: Readonly<Record<string, string | number | boolean | null>>;
  /** Undefined if no price is known. */
  readonly money: Money | undefined;
  /** What judges said of the run, a paragraph each. */
  readonly judged: readonly string[];
  /** Names of the rows' columns. */
  readonly columns: readonly string[];
  readonly counts: RunCounts & Tally;
  /** Wanted shares of functionalities, and what came of them. */
  readonly tagShares: readonly TagShare[];
  /** Undefined if no verdict was calibrated. */
  readonly judge: RunJudge | undefined;
  /** One row's system message. */
  readonly example: string;
}

/**
 * The README.md of a published dataset (https://huggingface.co/docs/hub/datasets-cards). It has
 * YAML at its head, then a page for people.
 */
export function datasetCard(facts: CardFacts): string {
  const rows = facts.splits.reduce((sum, split) => sum + split.rows, 0);
  const metadata = {
    pretty_name: facts.name,
    ...licenceKeys(facts.licence),
    ...(facts.languages.length === 0 ? {} : { language: facts.languages }),
    task_categories: ["text-generation"],
    annotations_creators: ["machine-generated"],
    size_categories: [sizeCategory(rows)],
    ...(facts.source.hub === undefined ? {} : { source_datasets: [facts.source.hub] }),
    tags: ["synthetic", "sysgen", "system-message", "instruction-tuning", "sft"],
    configs: [
      { config_name: "default", default: true, data_files: facts.splits.map(({ name, pattern }) => ({ split: name, path: pattern })) },
    ],
  };
  return `---\n${stringify(metadata, { lineWidth: 0 })}---\n\n${page(facts, rows)}`;
}

/** The hub's categories, which are powers of ten. */
function sizeCategory(rows: number): string {
  const names = ["n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B"];
  const index = names.findIndex((_, power) => rows < 10 ** (power + 3));
  return names[index] ?? "1B<n<10B";
}

function page(facts: CardFacts, rows: number): string {
  const { counts, source } = facts;
  const from = source.hub === undefined ? `\`${source.name}\`` : `[${source.hub}](https://huggingface.co/datasets/${source.hub})`;
  const load = facts.repo === undefined ? "path/to/this/folder" : facts.repo;
  return `# ${facts.name}

${thousands(rows)} rows made from ${from}. Each has a system message that was generated for it, phrase by phrase, and ${verified(facts.judge)}.
${responsesOf(facts, rows)}
Made with sysgen ${facts.version} (preset ${facts.preset}), an open implementation of [SysGen](https://arxiv.org/abs/2502.11330).

- Generated and answered by: ${facts.models.map((model) => `\`${model}\``).join(", ")}
- Verified by: ${facts.judgeModels.map((model) => `\`${model}\``).join(", ")}

A system message of this dataset:

${quoted(facts.example)}

\`\`\`python
from datasets import load_dataset
dataset = load_dataset("${load}")
\`\`\`

## Rows

${table(
  ["split", "rows"],
  facts.splits.map((split) => [split.name, thousands(split.rows)]),
)}

${table(
  ["column", "what it holds"],
  facts.columns.map((name) => [`\`${name}\``, new Map<string, string>(Object.entries(hubColumns)).get(name) ?? "as in the source"]),
)}

## How it was made

The figures below are of the whole run.${leftOutOf(facts)} ${thousands(counts.rows.in)} rows came in: ${thousands(counts.rows.writtenAnew)} were written anew, ${thousands(counts.rows.originalKept)} keep a response of the source because the new ones were caught, ${thousands(counts.rows.dropped)} were dropped for a reason of their own, ${thousands(counts.rows.failed)} failed.${spent(facts.money)}

${table(["phase", "rows in", "rows out", "kept", "calls", "input tokens", "output tokens"], phaseRows(counts))}

${table(
  ["functionality", "phrases", "rows with it"],
  Object.entries(counts.tags).map(([tag, { phrases, rows: withTag }]) => [tag, thousands(phrases), percent(withTag, counts.rows.done)]),
)}

${wantedShares(facts.tagShares)}${calibrated(facts.judge)}${counted("verdict of the judge", "phrases", counts.verdicts)}${counted("removed by the filter", "phrases", counts.faults)}${counted("repaired", "tags", counts.repairs)}${gates(facts)}${counted(
    "why rows are missing",
    "rows",
    Object.fromEntries(counts.rejected.map(({ outcome, phase, reason, rows: count }) => [`${outcome} in ${phase}: ${reason}`, count])),
  )}${table(
    ["setting", "value"],
    Object.entries(facts.settings).map(([name, value]) => [`\`${name}\``, value === null ? "none" : String(value)]),
  )}

## Judged

${facts.judged.length === 0 ? "Nobody has judged these rows: nothing is known of how well the new responses follow their system message." : facts.judged.join("\n\n")}

## Licence

${
  facts.licence === undefined
    ? "The source's licence is not known to whoever made this card: look it up before you use or pass on these rows."
    : `The source is under ${facts.licence}, and so are these rows.`
} The terms of the models above apply to the text that they wrote; some of them ask for a name or a notice in what is made with their output.

## Limits

- System messages${facts.responses === "new" ? " and responses were" : " were"} written by a language model. They can be wrong, and carry the model's biases.
- The judge is a language model too; a phrase that it took for good may not fit its row.
${hasGates(facts.settings) ? "- Gates check new responses for emptiness, truncation, refusals, leaks and, where the source has a final answer, that answer. They do not check facts.\n" : ""}
## Citation

\`\`\`bibtex
@article{sysgen2025,
  title = {System Message Generation for User Preferences using Open-Source Models},
  author = {Jeong, Minbyul and Cho, Jungho and Khang, Minsoo and Jung, Dawoon and Hong, Teakgyu},
  journal = {arXiv preprint arXiv:2502.11330},
  year = {2025},
  url = {https://arxiv.org/abs/2502.11330}
}
\`\`\`
`;
}

/** Why fewer rows are published than the run holds. */
function leftOutOf({ leftOut: { keptOriginal, byMark } }: CardFacts): string {
  const kept =
    keptOriginal === 0 ? "" : ` ${thousands(keptOriginal)} of its rows keep a response of the source, and are not published here.`;
  return `${kept}${byMark === 0 ? "" : ` ${thousands(byMark)} are left out by a person's marks.`}`;
}

function spent(money: Money | undefined): string {
  if (money === undefined) return "";
  const others = money.unpriced.length === 0 ? "" : `, without those of ${money.unpriced.map((model) => `\`${model}\``).join(" and ")}`;
  return ` The calls cost ${dollars({ value: money.spent, bar: 0 })}${others}.`;
}

/** What the card may say of the judge's part. */
function verified(judge: RunJudge | undefined): string {
  return judge === undefined || mayRemove(judge.calibration)
    ? "verified by a judge"
    : "shown to a judge, which told phrases apart too badly for its word to count";
}

/** What the card may say of the responses. */
function responsesOf({ responses, originalKept }: CardFacts, rows: number): string {
  if (responses === "original") return "The responses are the source's own, which were not written under the system messages.";
  const anew = rows - originalKept;
  if (originalKept === 0) return `All ${thousands(rows)} have new responses, which were written under their system message.`;
  if (anew === 0) return "**No response is new: all rows keep responses of the source, which were not written under the system messages.**";
  return `**${thousands(anew)} (${percent(anew, rows)}) have new responses, which were written under their system message. ${thousands(originalKept)} (${percent(originalKept, rows)}) keep a response of the source, which was not.**`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** What share of messages was wanted to have a functionality, and what came of it. */
function wantedShares(shares: readonly TagShare[]): string {
  if (shares.length === 0) return "";
  const rows = shares.map(({ tag, wanted, share, asked, kept }) => [
    tag,
    percent(wanted, 1),
    percent(share, 1),
    thousands(asked),
    thousands(kept),
  ]);
  const header = ["functionality", "share of messages that was wanted", "share that has it", "messages asked for it", "of them have it"];
  return `${table(header, rows)}\n\n`;
}

/** How well the judge tells own phrases from foreign ones, in sentences. */
function calibrated(judge: RunJudge | undefined): string {
  if (judge === undefined) return "";
  const { phraseAuc, messageAuc, ownKept, foreignRemoved, rows } = judge.calibration;
  if (phraseAuc === undefined || messageAuc === undefined || ownKept === undefined || foreignRemoved === undefined)
    return "The judge was not calibrated: a phrase is good from log-odds 0 on.\n\n";
  const line = mayRemove(judge.calibration)
    ? `Its line keeps ${percent(ownKept, 1)} of own phrases and removes ${percent(foreignRemoved, 1)} of foreign ones; ${thousands(judge.weak)} weak phrases stay as the best of their message.`
    : "Such a judge removes no phrase by itself.";
  return `The judge was calibrated on ${thousands(rows)} rows: it tells a row's own phrases from the same phrases beside another row with an AUC of ${decimal(phraseAuc)}, whole messages with ${decimal(messageAuc)} (0.5 is a coin). ${line}\n\n`;
}

function counted(name: string, unit: string, counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  if (entries.length === 0) return "";
  return `${table(
    [name, unit],
    entries.map(([key, count]) => [key, thousands(count)]),
  )}\n\n`;
}

/** Phases with their rows and calls, and then what else models were called for. */
function phaseRows({ phases, calls }: RunCounts): string[][] {
  const paidFor = (name: string): string[] => {
    const paid = calls.find(({ phase }) => phase === name);
    return [paid?.calls, paid?.inputTokens, paid?.outputTokens].map((value) => (value === undefined ? "-" : thousands(value)));
  };
  const others = calls.filter(({ phase }) => !phases.some((known) => known.phase === phase));
  return [
    ...phases.map(({ phase, in: reached, out }) => [phase, thousands(reached), thousands(out), percent(out, reached), ...paidFor(phase)]),
    ...others.map(({ phase }) => [phase, "-", "-", "-", ...paidFor(phase)]),
  ];
}

/** What gates found in new responses, and what was done about it. */
function gates({ settings, counts }: CardFacts): string {
  if (!hasGates(settings)) return "No gate looked at the new responses.\n\n";
  const rows = Object.entries(counts.gates)
    .filter(([name]) => !name.endsWith(`: ${notChecked}`))
    .toSorted(([, a], [, b]) => b - a);
  const answers = answersInWords(counts.answers);
  const checked = answers === "" ? "" : `Final answers, in rows: ${answers}.\n\n`;
  if (rows.length === 0) return `Gates looked at every new response and caught none. ${checked || "\n\n"}`;
  return `${checked}${table(
    ["gate on new responses", "what was done", "times"],
    // A count's name is `gate: action`.
    rows.map(([name, count]) => [...name.split(": "), thousands(count)]),
  )}\n\n`;
}

function hasGates(settings: CardFacts["settings"]): boolean {
  return Object.entries(settings).some(([name, policy]) => name.startsWith("respond.gates.") && policy !== "off");
}

function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => `> ${line.replaceAll("<", "&lt;")}`)
    .join("\n");
}
