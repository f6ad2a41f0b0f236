import { z } from "zod";
import type { Example } from "../records/example.ts";
import { isResponse } from "../records/message.ts";
import { parseTagged, type ParsedSystemMessage } from "../records/system-message/parse.ts";
import type { TagSet } from "../records/system-message/tag-set.ts";
import type { Fault, FaultReason, Phrase } from "../records/system-message/phrase.ts";
import { weighedWords } from "../texts/word-hashes.ts";
import { repeatsItself, WordSequences } from "../texts/word-overlap.ts";
import { numbersIn } from "./answers/answer-value.ts";
import { rightAnswers } from "./answers/check-answer.ts";
import { holdsWords, plainWords } from "./answers/plain-words.ts";
import type { DemonstrationCopies } from "./phrase-checks/copies-demonstration.ts";
import { isCutOff, runsOn } from "./phrase-checks/cut-off.ts";
import { fitsAnyRow } from "./phrase-checks/fits-any-row.ts";
import { statesAnswer } from "./phrase-checks/states-answer.ts";
import { holdsTagDebris } from "./phrase-checks/tag-debris.ts";
import type { Wished } from "./phrase-checks/wished.ts";
import type { RowLanguage } from "./prompts/row-language.ts";

export const filterSettingsSchema = z.object({
  /** Mend tags that have one sure reading. */
  repair: z.boolean(),
  /**
   * Remove phrases for what they say, such as duplicates, copies of the response or of a
   * demonstration, and answers.
   */
  checkContent: z.boolean(),
});
export type FilterSettings = Readonly<z.infer<typeof filterSettingsSchema>>;

/** The tagged system message as the model wrote it. */
export interface Generated {
  readonly tagged: string;
  /** Whether the token limit or a content filter ended the message. */
  readonly cutShort: boolean;
}

/** What is left of a message, and what was removed. */
export interface Sifted {
  /** In the order of the message. */
  readonly phrases: readonly Phrase[];
  readonly faults: readonly Fault[];
  /** Why another message should be asked for, though phrases are left. */
  readonly weakness?: string | undefined;
}

/** A phrase that shares this many words in a row with the response copies the response. */
const copiedWords = 10;
/** A phrase that is good for any row goes if at least this many others are left. */
const leastOthers = 2;
/** A smaller number is as likely a count ("ten tips") as something that the response found out. */
const leastResult = 20;
/** A shorter answer in words is as likely a word that the phrase needs. */
const leastSecretLetters = 4;
/** A removed phrase is recorded up to this many characters. */
const recordedCharacters = 300;

/** What a sieve knows beside the row. */
export interface SieveKnowledge {
  /** The functionalities that phrases may serve. */
  readonly tags: TagSet;
  /** Undefined if the row's language does not show. */
  readonly language: RowLanguage | undefined;
  /** Of the demonstrations that the prompt shows. */
  readonly copies: DemonstrationCopies;
  /** What the operator wishes is neither a copy nor good for any row. */
  readonly wished: Wished;
}

/** Parses messages for one row, and compares their phrases with the row's conversation. */
export class Sieve {
  readonly #settings: FilterSettings;
  readonly #known: SieveKnowledge;
  readonly #responses: readonly string[];
  readonly #instructions: string;
  readonly #copied: WordSequences;
  readonly #columns: Example["columns"];
  #answers: { readonly numbers: ReadonlySet<number>; readonly words: readonly string[] } | undefined;
  #results: ReadonlySet<number> | undefined;
  #last: { generated: Generated; sifted: Sifted } | undefined;

  constructor({ messages, columns }: Example, settings: FilterSettings, known: SieveKnowledge) {
    this.#settings = settings;
    this.#known = known;
    this.#columns = columns;
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
    const parsed = parseTagged(generated.tagged, { repair, cutShort: generated.cutShort, tags: this.#known.tags });
    const sifted = checkContent ? this.#checkContent(parsed) : parsed;
    this.#last = { generated, sifted };
    return sifted;
  }

  /** Why another message should be asked for. Undefined for a message that will do. */
  faultOf(generated: Generated): string | undefined {
    const { phrases, faults, weakness } = this.sift(generated);
    return phrases.length > 0 ? weakness : describeFaults(faults);
  }

  /**
   * Another language is a weak fault. Phrases with it stay if nothing else is left, because they
   * may be good otherwise.
   */
  #checkContent({ phrases, faults }: ParsedSystemMessage): Sifted {
    const seen = new Set<string>();
    const sound = remove(phrases, (phrase) => this.#faultOf(phrase.text, seen));
    const { wished } = this.#known;
    const { language, detector } = this.#known.language ?? {};
    const own = remove(sound.kept, ({ text }) => (language && detector?.isOther(text, language) ? "other-language" : undefined));
    const spoken = own.kept.length > 0 ? own : { kept: sound.kept, removed: [] };
    const telling = remove(spoken.kept, ({ text }) => (fitsAnyRow(text) && !wished(text) ? "fits-any-row" : undefined));
    const specific = telling.kept.length >= leastOthers ? telling : { kept: spoken.kept, removed: [] };
    return {
      phrases: specific.kept,
      faults: [...faults, ...sound.removed, ...spoken.removed, ...specific.removed],
      weakness: own.removed.length > own.kept.length ? describeFaults(own.removed) : undefined,
    };
  }

  #faultOf(text: string, seen: Set<string>): FaultReason | undefined {
    const key = text.toLowerCase();
    if (seen.has(key)) return "duplicate";
    seen.add(key);
    if (holdsTagDebris(text, this.#known.tags)) return "tag-debris";
    if (runsOn(text)) return "runs-on";
    if (isCutOff(text)) return "cut-off";
    const words = weighedWords(text);
    if (repeatsItself(words)) return "repeats-itself";
    if (this.#known.copies.has(words) && !this.#known.wished(text)) return "copies-demonstration";
    if (this.#copied.occurIn(words)) return "copies-response";
    return statesAnswer(text) || this.#revealsAnswer(text) ? "reveals-answer" : undefined;
  }

  #revealsAnswer(text: string): boolean {
    const answers = (this.#answers ??= this.#secretAnswers());
    if (answers.words.length > 0 && answers.words.some((answer) => holdsWords(plainWords(text), answer))) return true;
    const numbers = numbersIn(text);
    if (numbers.length === 0) return false;
    const revealed = numbers.find((number) => answers.numbers.has(number));
    // A one-digit number is as likely a count ("in 3 steps") as the answer.
    if (revealed !== undefined && (Math.abs(revealed) >= 10 || /answer|result|equals|=/i.test(text))) return true;
    this.#results ??= this.#numbersOfResponses();
    return numbers.some((number) => this.#results?.has(number));
  }

  /** Numbers of the responses that the instructions do not hold, but for small ones. */
  #numbersOfResponses(): Set<number> {
    const numbers = new Set(this.#responses.flatMap(numbersIn).filter((number) => Math.abs(number) >= leastResult));
    for (const known of numbersIn(this.#instructions)) numbers.delete(known);
    return numbers;
  }

  /** Final answers of the row that the instructions do not hold. Words are in plain words. */
  #secretAnswers(): { numbers: Set<number>; words: string[] } {
    const last = this.#responses.length - 1;
    const answers = this.#responses.flatMap((original, index) =>
      rightAnswers({ original, instruction: this.#instructions, columns: index === last ? this.#columns : {} }),
    );
    const numbers = new Set(answers.flatMap(({ number }) => number ?? []));
    if (numbers.size > 0) for (const known of numbersIn(this.#instructions)) numbers.delete(known);
    const words = answers.flatMap(({ number, option, truth, text }) =>
      number === undefined && option === undefined && truth === undefined ? plainWords(text) : [],
    );
    const known = words.length > 0 ? plainWords(this.#instructions) : "";
    return { numbers, words: words.filter((answer) => answer.length >= leastSecretLetters && !holdsWords(known, answer)) };
  }
}

/** Parts the phrases that have no fault from those that have one. */
function remove(phrases: readonly Phrase[], faultOf: (phrase: Phrase) => FaultReason | undefined): { kept: Phrase[]; removed: Fault[] } {
  const kept: Phrase[] = [];
  const removed: Fault[] = [];
  for (const phrase of phrases) {
    const reason = faultOf(phrase);
    if (reason === undefined) kept.push(phrase);
    else removed.push({ reason, text: phrase.text.slice(0, recordedCharacters).toWellFormed() });
  }
  return { kept, removed };
}

/** The reasons of faults and the text of the first one, for people. */
export function describeFaults(faults: readonly Fault[]): string {
  const [first] = faults;
  return first ? `${[...new Set(faults.map((fault) => fault.reason))].join(", ")}: ${first.text}` : "the reply was empty";
}
