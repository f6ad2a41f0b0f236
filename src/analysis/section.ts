import { demonstrations } from "../phases/prompts/demonstrations.ts";
import { tags, type Tag } from "../records/system-message/phrase.ts";
import { ComparisonCounts } from "./comparison.ts";
import { Compression } from "./diversity/compression.ts";
import type { CopiedSpan } from "./diversity/copied-span.ts";
import { DemonstrationText } from "./diversity/demonstration-text.ts";
import { DistinctNgrams } from "./diversity/distinct-ngrams.ts";
import { TagCombinations } from "./diversity/tag-combinations.ts";
import { MessageCounts } from "./message-figures.ts";
import type { Diversity, Section } from "./report.ts";
import { RowFlowCounts } from "./row-flow.ts";
import type { DoneRow, RunRow } from "./run-row.ts";
import { Bootstrap, type Draws } from "./statistics/bootstrap.ts";
import { Distribution } from "./statistics/distribution.ts";
import { rounded } from "./statistics/rounded.ts";
import { scales } from "./statistics/scale.ts";

/** Words in a row that are no chance: what the filter calls copied. */
const copiedWords = 10;

export interface SectionNames {
  readonly tokenizer: string | null;
  readonly similarity: string | null;
}

/** Everything that is counted over a set of rows: all of a run, or those of one source. */
export class SectionCounts {
  readonly comparison: ComparisonCounts;
  readonly bootstrap: Bootstrap;
  readonly #flow = new RowFlowCounts();
  readonly #messages: MessageCounts;
  readonly #diversity: DiversityCounts;

  constructor(draws: Draws) {
    this.bootstrap = new Bootstrap(draws);
    this.comparison = new ComparisonCounts(this.bootstrap);
    this.#messages = new MessageCounts(this.bootstrap);
    this.#diversity = new DiversityCounts(this.bootstrap);
  }

  /** Counts a row but for its responses, which go to `comparison`. `copied` is of a row that is done. */
  add(row: RunRow, copied: CopiedSpan | undefined): void {
    this.bootstrap.nextRow();
    this.#flow.add(row);
    this.#messages.add(row);
    if (row.outcome === "done" && copied) this.#diversity.add(row, copied);
  }

  figures(names: SectionNames, nearDuplicates: Diversity["nearDuplicates"] = null): Section {
    return {
      rows: this.#flow.figures(),
      messages: this.#messages.figures(),
      responses: this.comparison.figures(names),
      diversity: { ...this.#diversity.figures(), nearDuplicates },
    };
  }
}

class DiversityCounts {
  readonly #distinct = new DistinctNgrams();
  readonly #compression = new Compression();
  readonly #combinations = new TagCombinations();
  readonly #demonstrations = new DemonstrationText(demonstrations);
  readonly #copied: Distribution;
  #longest: { id: string; words: number; text: string } | null = null;
  #rowsCopied = 0;

  constructor(bootstrap: Bootstrap) {
    this.#copied = new Distribution(scales.few, bootstrap);
  }

  add({ id, systemMessage, phrases }: DoneRow, copied: CopiedSpan): void {
    this.#distinct.add(systemMessage);
    this.#compression.add(systemMessage);
    this.#combinations.add(new Set(phrases.map(({ tag }) => tag)));
    this.#demonstrations.add(phrases.map(({ text }) => text));
    this.#copied.add(copied.words);
    if (copied.words >= copiedWords) this.#rowsCopied++;
    if (copied.words > (this.#longest?.words ?? 0)) this.#longest = { id, ...copied };
  }

  figures(): Omit<Diversity, "nearDuplicates"> {
    const messages = this.#distinct.texts;
    return {
      messages,
      distinct: this.#distinct.figures(),
      compressionRatio: this.#compression.ratio(),
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
  readonly bootstrap: Bootstrap;
  readonly comparison: ComparisonCounts;
  readonly phrases: Distribution;

  constructor(draws: Draws) {
    this.bootstrap = new Bootstrap(draws);
    this.comparison = new ComparisonCounts(this.bootstrap);
    this.phrases = new Distribution(scales.few, this.bootstrap);
  }
}

export function tagsOf({ phrases }: DoneRow): Tag[] {
  const present = new Set(phrases.map(({ tag }) => tag));
  return tags.filter((tag) => present.has(tag));
}
