import type { Demonstration } from "../phases/prompts/demonstrations.ts";
import { ComparisonCounts, type CountedMetric } from "./comparison.ts";
import type { Tag } from "../records/system-message/phrase.ts";
import type { CopiedSpan } from "./diversity/copied-span.ts";
import { DemonstrationText } from "./diversity/demonstration-text.ts";
import { MessageBlocks } from "./diversity/message-blocks.ts";
import { TagCombinations } from "./diversity/tag-combinations.ts";
import { MessageCounts } from "./message-figures.ts";
import type { Diversity, Section } from "./report.ts";
import { tokenizers } from "./metrics/tokenizers.ts";
import { RowFlowCounts } from "./row-flow.ts";
import type { DoneRow, RunRow } from "./run-row.ts";
import { GroupedBootstrap, type Resamples } from "../statistics/bootstrap.ts";
import { DistinctCount } from "../statistics/distinct-count.ts";
import { Distribution } from "../statistics/distribution.ts";
import { rounded } from "../statistics/rounded.ts";
import { scales } from "../statistics/scale.ts";
import { ngramHash } from "../texts/word-hashes.ts";
import type { MessageWords } from "./message-words.ts";

/** Words in a row that the filter calls copied. */
const copiedWords = 10;

/** What is worked out once for a system message and counted in several places. */
export interface MeasuredMessage {
  readonly words: MessageWords;
  /** What the message holds of the original responses and not of the instructions. */
  readonly copied: CopiedSpan;
}

export interface SectionNames {
  readonly tokenizer: string | null;
  readonly similarity: string | null;
  /** The phases of the run, in order. */
  readonly phases: readonly string[];
}

export interface SectionOptions {
  /** About how many system messages there will be. */
  readonly expected: number;
  /** The run's tags in canonical order. */
  readonly tags: readonly Tag[];
  /** Those of the run's prompt. */
  readonly demonstrations: readonly Demonstration[];
}

/**
 * Everything that is counted over a set of rows, which is all of a run or the rows of one source.
 */
export class SectionCounts {
  readonly comparison: ComparisonCounts;
  readonly bootstrap: GroupedBootstrap;
  readonly #flow = new RowFlowCounts();
  readonly #messages: MessageCounts;
  readonly #diversity: DiversityCounts;

  /** @param own Metrics of the user's own. */
  constructor(draws: Resamples, { expected, demonstrations, tags }: SectionOptions, own: readonly CountedMetric[]) {
    this.bootstrap = new GroupedBootstrap(draws);
    this.comparison = new ComparisonCounts(this.bootstrap, own);
    this.#messages = new MessageCounts(this.bootstrap, tags);
    this.#diversity = new DiversityCounts(this.bootstrap, { expected, demonstrations, tags });
  }

  /**
   * Counts a row but for its responses, which go to `comparison`. Only a row that is done has a
   * `message`.
   */
  add(row: RunRow, message: MeasuredMessage | undefined): void {
    this.bootstrap.nextRow();
    this.#flow.add(row);
    this.#messages.add(row, message?.words);
    if (row.outcome === "done" && message) this.#diversity.add(row, message);
  }

  figures(names: SectionNames, nearDuplicates: Diversity["nearDuplicates"] = null): Section {
    return {
      rows: this.#flow.figures(names.phases),
      messages: this.#messages.figures(),
      responses: this.comparison.figures(names),
      diversity: { ...this.#diversity.figures(), nearDuplicates },
    };
  }
}

class DiversityCounts {
  readonly #blocks: MessageBlocks;
  readonly #different = new DistinctCount();
  readonly #combinations: TagCombinations;
  readonly #demonstrations: DemonstrationText;
  readonly #copied: Distribution;
  #longest: Diversity["copiedFromResponse"]["longest"] = null;
  #rowsCopied = 0;

  constructor(bootstrap: GroupedBootstrap, { expected, demonstrations, tags }: SectionOptions) {
    this.#combinations = new TagCombinations(tags);
    this.#demonstrations = new DemonstrationText(demonstrations);
    this.#copied = new Distribution(scales.few, bootstrap);
    this.#blocks = new MessageBlocks(expected);
  }

  add(row: DoneRow, { words, copied }: MeasuredMessage): void {
    const { id, systemMessage } = row;
    this.#blocks.add(systemMessage, words);
    this.#different.add(ngramHash(words.message, 0, words.message.length));
    this.#combinations.add(tagsOf(row));
    this.#demonstrations.add(words.phrases);
    this.#copied.add(copied.words);
    if (copied.words >= copiedWords) this.#rowsCopied++;
    if (copied.words > (this.#longest?.words ?? 0))
      this.#longest = { id, words: copied.words, text: wordsIn(systemMessage, copied.start, copied.words) };
  }

  figures(): Omit<Diversity, "nearDuplicates"> {
    const { messages } = this.#blocks;
    return {
      messages,
      differentMessages: Math.min(messages, Math.round(this.#different.count())),
      ...this.#blocks.figures(),
      tagCombinations: this.#combinations.figures(),
      copiedFromResponse: {
        words: this.#copied.summary(),
        atLeastWords: copiedWords,
        rows: this.#rowsCopied,
        share: messages === 0 ? 0 : rounded(this.#rowsCopied / messages),
        longest: this.#longest,
      },
      demonstrations: this.#demonstrations.figures(),
    };
  }
}

/** Rows of the dataset that have something in common, such as a tag. */
export class GroupCounts {
  readonly bootstrap: GroupedBootstrap;
  readonly comparison: ComparisonCounts;
  readonly phrases: Distribution;

  /** @param own Metrics of the user's own. */
  constructor(draws: Resamples, own: readonly CountedMetric[]) {
    this.bootstrap = new GroupedBootstrap(draws);
    this.comparison = new ComparisonCounts(this.bootstrap, own);
    this.phrases = new Distribution(scales.few, this.bootstrap);
  }
}

/** The tags that a row has, each once. */
export function tagsOf({ phrases }: DoneRow): ReadonlySet<string> {
  return new Set(phrases.map(({ tag }) => tag));
}

/** `count` words of a text from word `start` on, in lower case with single spaces between. */
function wordsIn(text: string, start: number, count: number): string {
  const words: string[] = [];
  tokenizers.unicode(text, (word) => words.push(word));
  return words.slice(start, start + count).join(" ");
}
