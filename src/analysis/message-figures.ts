import { AnswerTally } from "../records/answers.ts";
import type { Tag } from "../records/system-message/phrase.ts";
import type { LineRemovedPhrase } from "../runs/row-line.ts";
import type { MessageFigures, VerdictCounts } from "./report.ts";
import type { DoneRow, RunRow } from "./run-row.ts";
import type { GroupedBootstrap } from "../statistics/bootstrap.ts";
import { Distribution } from "../statistics/distribution.ts";
import { rounded } from "../statistics/rounded.ts";
import { scales } from "../statistics/scale.ts";
import type { MessageWords } from "./message-words.ts";

type GateCount = MessageFigures["gates"][number];

type Retagged = MessageFigures["retagged"][number];

type Counted = { -readonly [Verdict in keyof VerdictCounts]: VerdictCounts[Verdict] };

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
  readonly #bootstrap: GroupedBootstrap;
  readonly #tags = new Map<string, TagCounts>();
  readonly #phrasesPerRow: Distribution;
  readonly #tagsPerRow: Distribution;
  readonly #words: Distribution;
  readonly #characters: Distribution;
  readonly #repairs = new Map<string, number>();
  readonly #faults = new Map<string, number>();
  readonly #scores: Distribution;
  readonly #retagged = new Map<string, Retagged>();
  #writtenAgain = 0;
  readonly #gates = new Map<string, GateCount>();
  readonly #answers = new AnswerTally();
  #rows = 0;

  /** @param tags The run's tags in canonical order. */
  constructor(bootstrap: GroupedBootstrap, tags: readonly Tag[]) {
    this.#bootstrap = bootstrap;
    for (const tag of tags) this.#countsOf(tag);
    this.#phrasesPerRow = new Distribution(scales.few, bootstrap);
    this.#tagsPerRow = new Distribution(scales.few, bootstrap);
    this.#words = new Distribution(scales.length, bootstrap);
    this.#characters = new Distribution(scales.length, bootstrap);
    this.#scores = new Distribution(scales.score, bootstrap);
  }

  /** @param words The words of the system message of a row that is done. */
  add(row: RunRow, words: MessageWords | undefined): void {
    if (row.outcome === "done" && words) this.#addDone(row, words);
    if (row.writtenAgain) this.#writtenAgain++;
    for (const piece of row.removed) {
      if (piece.reason !== undefined) increment(this.#faults, piece.reason);
      else this.#judged(piece);
    }
  }

  figures(): MessageFigures {
    const verdicts = noVerdicts();
    for (const counts of this.#tags.values())
      for (const [name, count] of Object.entries(counts.verdicts)) verdicts[name] = (verdicts[name] ?? 0) + count;
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
      scores: this.#scores.summary(),
      retagged: [...this.#retagged.values()].toSorted((a, b) => b.count - a.count),
      writtenAgain: this.#writtenAgain,
      phrasesPerRow: this.#phrasesPerRow.summary(),
      tagsPerRow: this.#tagsPerRow.summary(),
      words: this.#words.summary(),
      characters: this.#characters.summary(),
      repairs: inOrder(this.#repairs),
      faults: inOrder(this.#faults),
      gates: [...this.#gates.values()].toSorted((a, b) => b.count - a.count),
      answers: this.#answers.counts(),
    };
  }

  #addDone({ phrases, systemMessage, gates, answers }: DoneRow, words: MessageWords): void {
    this.#rows++;
    const present = new Set<string>();
    for (const [index, phrase] of phrases.entries()) {
      this.#judged(phrase);
      present.add(phrase.tag);
      const counts = this.#countsOf(phrase.tag);
      counts.phrases++;
      counts.words.add(words.phrases[index]?.length ?? 0);
    }
    for (const tag of present) this.#countsOf(tag).rows++;
    this.#phrasesPerRow.add(phrases.length);
    this.#tagsPerRow.add(present.size);
    this.#words.add(words.message.length);
    this.#characters.add(systemMessage.length);
    this.#answers.add(answers, gates);
    for (const { gate, action } of gates) {
      const key = `${gate} ${action}`;
      this.#gates.set(key, { gate, action, count: (this.#gates.get(key)?.count ?? 0) + 1 });
    }
  }

  #judged({ tag, verdict, score, writtenAs, repairs = [] }: LineRemovedPhrase): void {
    if (tag !== undefined && verdict !== undefined) {
      const { verdicts } = this.#countsOf(tag);
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    }
    if (score !== undefined) this.#scores.add(score);
    if (tag !== undefined && writtenAs !== undefined) {
      const key = `${writtenAs} ${tag}`;
      this.#retagged.set(key, { from: writtenAs, to: tag, count: (this.#retagged.get(key)?.count ?? 0) + 1 });
    }
    for (const repair of repairs) increment(this.#repairs, repair);
  }

  #countsOf(tag: string): TagCounts {
    const known = this.#tags.get(tag);
    if (known !== undefined) return known;
    const counts = { phrases: 0, rows: 0, verdicts: noVerdicts(), words: new Distribution(scales.length, this.#bootstrap) };
    this.#tags.set(tag, counts);
    return counts;
  }
}

function noVerdicts(): Counted {
  return { good: 0, weak: 0, bad: 0, none: 0, unparsed: 0 };
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Counts by name, most frequent first. */
export function inOrder(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a));
}
