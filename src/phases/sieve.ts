import { z } from "zod";
import type { Example } from "../records/example.ts";
import { isResponse } from "../records/message.ts";
import { parseTagged } from "../records/system-message/parse.ts";
import type { Fault, Phrase } from "../records/system-message/phrase.ts";
import { weighedWords } from "../texts/word-hashes.ts";
import { repeatsItself, WordSequences } from "../texts/word-overlap.ts";
import { numbersIn } from "./answers/answer-value.ts";
import { finalAnswerOf } from "./answers/final-answer.ts";

export const filterSettingsSchema = z.object({
  /** Mend tags that have one sure reading. */
  repair: z.boolean(),
  /**
   * Remove duplicates, phrases that repeat themselves, phrases that copy the response, and phrases
   * that reveal its final answer.
   */
  checkContent: z.boolean(),
});
export type FilterSettings = Readonly<z.infer<typeof filterSettingsSchema>>;

/** The tagged system message as the model wrote it. */
export interface Generated {
  readonly tagged: string;
  /** Whether the token limit ended the message. */
  readonly cutShort: boolean;
}

/** What is left of a message, and what was removed. */
export interface Sifted {
  /** In the order of the message. */
  readonly phrases: readonly Phrase[];
  readonly faults: readonly Fault[];
}

/** A phrase that shares this many words in a row with the response copies the response. */
const copiedWords = 10;
/** A removed phrase is recorded up to this many characters. */
const recordedCharacters = 300;

/** Parses messages for one row, and compares their phrases with the row's conversation. */
export class Sieve {
  readonly #settings: FilterSettings;
  readonly #responses: readonly string[];
  readonly #instructions: string;
  readonly #copied: WordSequences;
  #answers: ReadonlySet<number> | undefined;
  #last: { generated: Generated; sifted: Sifted } | undefined;

  constructor({ messages }: Example, settings: FilterSettings) {
    this.#settings = settings;
    this.#responses = messages.filter(isResponse).map((message) => message.content);
    this.#instructions = messages
      .filter((message) => message.role === "user")
      .map((message) => message.content)
      .join("\n");
    this.#copied = new WordSequences(this.#responses, copiedWords, this.#instructions);
  }

  /** What is left of a message. The sieve remembers the last message that it was asked about. */
  sift(generated: Generated): Sifted {
    if (this.#last?.generated === generated) return this.#last.sifted;
    const { repair, checkContent } = this.#settings;
    const parsed = parseTagged(generated.tagged, { repair, cutShort: generated.cutShort });
    const sifted = checkContent ? this.#checkContent(parsed) : parsed;
    this.#last = { generated, sifted };
    return sifted;
  }

  /** Why nothing would be left of a message. Undefined if something is left. */
  faultOf(generated: Generated): string | undefined {
    const { phrases, faults } = this.sift(generated);
    return phrases.length > 0 ? undefined : describeFaults(faults);
  }

  #checkContent({ phrases, faults }: Sifted): Sifted {
    const seen = new Set<string>();
    const kept: Phrase[] = [];
    const removed: Fault[] = [];
    for (const phrase of phrases) {
      const reason = this.#faultOf(phrase.text, seen);
      if (reason === undefined) kept.push(phrase);
      else removed.push({ reason, text: phrase.text.slice(0, recordedCharacters).toWellFormed() });
    }
    return { phrases: kept, faults: [...faults, ...removed] };
  }

  #faultOf(text: string, seen: Set<string>): Fault["reason"] | undefined {
    const key = text.toLowerCase();
    if (seen.has(key)) return "duplicate";
    seen.add(key);
    const words = weighedWords(text);
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

/** The reasons of faults and the text of the first one, for people. */
export function describeFaults(faults: readonly Fault[]): string {
  const [first] = faults;
  return first ? `${[...new Set(faults.map((fault) => fault.reason))].join(", ")}: ${first.text}` : "the reply was empty";
}
