import { tags, type Tag } from "../records/system-message/phrase.ts";
import type { Verdict } from "../records/verdict.ts";
import type { MessageFigures, VerdictCounts } from "./report.ts";
import type { DoneRow, RunRow } from "./run-row.ts";
import type { GroupedBootstrap } from "../statistics/bootstrap.ts";
import { Distribution } from "../statistics/distribution.ts";
import { rounded } from "../statistics/rounded.ts";
import { scales } from "../statistics/scale.ts";
import type { MessageWords } from "./message-words.ts";

type Counted = Record<Verdict, number>;
type GateCount = MessageFigures["gates"][number];

interface TagCounts {
  phrases: number;
  rows: number;
  readonly verdicts: Counted;
  readonly words: Distribution;
}

/**
 * Counts what the rows' system messages hold, and what the filter, the judge and the gates did to
 * them.
 */
export class MessageCounts {
  readonly #tags: ReadonlyMap<Tag, TagCounts>;
  readonly #phrasesPerRow: Distribution;
  readonly #tagsPerRow: Distribution;
  readonly #words: Distribution;
  readonly #characters: Distribution;
  readonly #repairs = new Map<string, number>();
  readonly #faults = new Map<string, number>();
  readonly #gates = new Map<string, GateCount>();
  #rows = 0;

  constructor(bootstrap: GroupedBootstrap) {
    this.#tags = new Map(
      tags.map((tag) => [tag, { phrases: 0, rows: 0, verdicts: noVerdicts(), words: new Distribution(scales.length, bootstrap) }]),
    );
    this.#phrasesPerRow = new Distribution(scales.few, bootstrap);
    this.#tagsPerRow = new Distribution(scales.few, bootstrap);
    this.#words = new Distribution(scales.length, bootstrap);
    this.#characters = new Distribution(scales.length, bootstrap);
  }

  /** @param words The words of the system message of a row that is done. */
  add(row: RunRow, words: MessageWords | undefined): void {
    if (row.outcome === "done" && words) this.#addDone(row, words);
    for (const piece of row.removed) {
      if ("reason" in piece) increment(this.#faults, piece.reason);
      else this.#judged(piece);
    }
  }

  figures(): MessageFigures {
    const verdicts = noVerdicts();
    for (const counts of this.#tags.values()) for (const name of verdictNames) verdicts[name] += counts.verdicts[name];
    return {
      tags: [...this.#tags].map(([tag, { phrases, rows, verdicts, words }]) => ({
        tag,
        phrases,
        rows,
        share: this.#rows === 0 ? 0 : rounded(rows / this.#rows),
        verdicts,
        words: words.summary(),
      })),
      verdicts,
      phrasesPerRow: this.#phrasesPerRow.summary(),
      tagsPerRow: this.#tagsPerRow.summary(),
      words: this.#words.summary(),
      characters: this.#characters.summary(),
      repairs: inOrder(this.#repairs),
      faults: inOrder(this.#faults),
      gates: [...this.#gates.values()].toSorted((a, b) => b.count - a.count),
    };
  }

  #addDone({ phrases, systemMessage, gates }: DoneRow, words: MessageWords): void {
    this.#rows++;
    const present = new Set<Tag>();
    for (const [index, phrase] of phrases.entries()) {
      this.#judged(phrase);
      present.add(phrase.tag);
      const counts = this.#tags.get(phrase.tag);
      if (counts === undefined) continue;
      counts.phrases++;
      counts.words.add(words.phrases[index]?.length ?? 0);
    }
    for (const tag of present) {
      const counts = this.#tags.get(tag);
      if (counts) counts.rows++;
    }
    this.#phrasesPerRow.add(phrases.length);
    this.#tagsPerRow.add(present.size);
    this.#words.add(words.message.length);
    this.#characters.add(systemMessage.length);
    for (const { gate, action } of gates) {
      const key = `${gate} ${action}`;
      this.#gates.set(key, { gate, action, count: (this.#gates.get(key)?.count ?? 0) + 1 });
    }
  }

  #judged({ tag, verdict, repairs }: { tag: Tag; verdict: Verdict; repairs: readonly string[] }): void {
    const counts = this.#tags.get(tag);
    if (counts) counts.verdicts[verdict]++;
    for (const repair of repairs) increment(this.#repairs, repair);
  }
}

const verdictNames = ["good", "bad", "none", "unparsed"] as const satisfies readonly Verdict[];

function noVerdicts(): Counted & VerdictCounts {
  return { good: 0, bad: 0, none: 0, unparsed: 0 };
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function inOrder(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a));
}
