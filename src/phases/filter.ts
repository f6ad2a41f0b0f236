import type { Example } from "../records/example.ts";
import { isResponse } from "../records/message.ts";
import { parseTagged } from "../records/system-message/parse.ts";
import { inCanonicalOrder, type Fault, type Phrase } from "../records/system-message/phrase.ts";
import { numbersIn } from "./answers/answer-value.ts";
import { finalAnswerOf } from "./answers/final-answer.ts";
import type { Generated } from "./generate.ts";
import { RowDropped } from "./row-dropped.ts";
import { wordHashes } from "../texts/word-hashes.ts";
import { repeatsItself, WordSequences } from "../texts/word-overlap.ts";

export interface FilterSettings {
  /** Mend tags that have one sure reading. */
  readonly repair: boolean;
  /** Remove duplicates, phrases that go round in circles, phrases that copy the response, and phrases that reveal its final answer. */
  readonly checkContent: boolean;
}

export interface Filtered {
  /** In canonical order, at least one, once they are through the filter. */
  readonly phrases: readonly Phrase[];
  readonly faults: readonly Fault[];
}

/** A phrase that shares this many words in a row with the response copies it. */
const copiedWords = 10;

/**
 * Phase 2: only well-formed phrases with known tags, in canonical order; each removed piece with its reason. Code alone, nothing is paid.
 * @throws RowDropped when no phrase is left.
 */
export function filter(sieve: Sieve, generated: Generated): Filtered {
  const { phrases, faults } = sieve.sift(generated);
  if (phrases.length === 0) throw new RowDropped("filter", "no-phrase-left", describe(faults), faults);
  return { phrases: inCanonicalOrder(phrases), faults };
}

/** Why the filter would leave nothing of a message; undefined when it leaves something. */
export function faultOf(sieve: Sieve, generated: Generated): string | undefined {
  const { phrases, faults } = sieve.sift(generated);
  return phrases.length > 0 ? undefined : describe(faults);
}

function describe(faults: readonly Fault[]): string {
  const [first] = faults;
  return first ? `${[...new Set(faults.map((fault) => fault.reason))].join(", ")}: ${first.text}` : "the reply was empty";
}

/** Parses messages for one row, and looks at their phrases beside its conversation. */
export class Sieve {
  readonly #settings: FilterSettings;
  readonly #responses: readonly string[];
  readonly #instructions: string;
  readonly #copied: WordSequences;
  #answers: ReadonlySet<number> | undefined;
  #last: { generated: Generated; sifted: Filtered } | undefined;

  constructor({ messages }: Example, settings: FilterSettings) {
    this.#settings = settings;
    this.#responses = messages.filter(isResponse).map((message) => message.content);
    this.#instructions = messages
      .filter((message) => message.role === "user")
      .map((message) => message.content)
      .join("\n");
    this.#copied = new WordSequences(this.#responses, copiedWords, this.#instructions);
  }

  /** What is left of a message, in its own order; the last one asked about is remembered. */
  sift(generated: Generated): Filtered {
    if (this.#last?.generated === generated) return this.#last.sifted;
    const { repair, checkContent } = this.#settings;
    const parsed = parseTagged(generated.tagged, { repair, cutShort: generated.cutShort });
    const sifted = checkContent ? this.#checkContent(parsed) : parsed;
    this.#last = { generated, sifted };
    return sifted;
  }

  #checkContent({ phrases, faults }: Filtered): Filtered {
    const seen = new Set<string>();
    const kept: Phrase[] = [];
    const removed: Fault[] = [];
    for (const phrase of phrases) {
      const reason = this.#faultOf(phrase.text, seen);
      if (reason === undefined) kept.push(phrase);
      else removed.push({ reason, text: phrase.text.slice(0, 300).toWellFormed() });
    }
    return { phrases: kept, faults: [...faults, ...removed] };
  }

  #faultOf(text: string, seen: Set<string>): Fault["reason"] | undefined {
    const key = text.toLowerCase();
    if (seen.has(key)) return "duplicate";
    seen.add(key);
    const words = wordHashes(text);
    if (repeatsItself(words)) return "repeats-itself";
    if (this.#copied.occurIn(words)) return "copies-response";
    this.#answers ??= this.#secretAnswers();
    if (this.#answers.size === 0) return undefined;
    const revealed = numbersIn(text).find((number) => this.#answers?.has(number));
    // A one-digit number is as likely a count ("in 3 steps") as the answer.
    if (revealed !== undefined && (Math.abs(revealed) >= 10 || /answer|result|equals|=/i.test(text))) return "reveals-answer";
    return undefined;
  }

  /** Final answers of the responses that the instructions do not hold. */
  #secretAnswers(): Set<number> {
    const answers = new Set(this.#responses.flatMap((response) => finalAnswerOf(response)?.number ?? []));
    if (answers.size > 0) for (const known of numbersIn(this.#instructions)) answers.delete(known);
    return answers;
  }
}
