import type { Example } from "../records/example.ts";
import { isResponse } from "../records/message.ts";
import { parseTagged } from "../records/system-message/parse.ts";
import { inCanonicalOrder, type Fault, type Phrase } from "../records/system-message/phrase.ts";
import { numbersIn } from "./answer-value.ts";
import { finalAnswerOf } from "./final-answer.ts";
import type { Generated } from "./generate.ts";
import { RowDropped } from "./row-dropped.ts";
import { repeatsItself, sharedRun } from "./shared-run.ts";

export interface FilterSettings {
  /** Mend tags that have one sure reading. */
  readonly repair: boolean;
  /** Remove duplicates, phrases that go round in circles, phrases that copy the response, and phrases that reveal its final answer. */
  readonly checkContent: boolean;
}

export interface Filtered {
  /** In canonical order, at least one. */
  readonly phrases: readonly Phrase[];
  readonly faults: readonly Fault[];
}

/** A phrase that shares this many words in a row with the response copies it. */
const copiedWords = 10;

/**
 * Phase 2: only well-formed phrases with known tags, in canonical order; each removed piece with its reason. Code alone, nothing is paid.
 * @throws RowDropped when no phrase is left.
 */
export function filter(example: Example, generated: Generated, settings: FilterSettings): Filtered {
  const { phrases, faults } = sift(example, generated, settings);
  if (phrases.length === 0) throw new RowDropped("filter", "no-phrase-left", describe(faults), faults);
  return { phrases: inCanonicalOrder(phrases), faults };
}

/** Why the filter would leave nothing of a message; undefined when it leaves something. */
export function faultOf(example: Example, generated: Generated, settings: FilterSettings): string | undefined {
  const { phrases, faults } = sift(example, generated, settings);
  return phrases.length > 0 ? undefined : describe(faults);
}

function sift(example: Example, generated: Generated, settings: FilterSettings): { phrases: readonly Phrase[]; faults: readonly Fault[] } {
  const parsed = parseTagged(generated.tagged, { repair: settings.repair, cutShort: generated.cutShort });
  return settings.checkContent ? checkContent(example, parsed.phrases, parsed.faults) : parsed;
}

function describe(faults: readonly Fault[]): string {
  const [first] = faults;
  return first ? `${[...new Set(faults.map((fault) => fault.reason))].join(", ")}: ${first.text}` : "the reply was empty";
}

function checkContent(example: Example, phrases: readonly Phrase[], faults: readonly Fault[]): { phrases: Phrase[]; faults: Fault[] } {
  const responses = example.messages.filter(isResponse).map((message) => message.content);
  const instructions = example.messages
    .filter((message) => message.role === "user")
    .map((message) => message.content)
    .join("\n");
  const answers = new Set(responses.flatMap((response) => finalAnswerOf(response)?.number ?? []));
  const known = new Set(numbersIn(instructions));
  const seen = new Set<string>();
  const kept: Phrase[] = [];
  const removed: Fault[] = [];
  for (const phrase of phrases) {
    const reason = contentFault(phrase);
    if (reason === undefined) kept.push(phrase);
    else removed.push({ reason, text: phrase.text.slice(0, 300).toWellFormed() });
  }
  return { phrases: kept, faults: [...faults, ...removed] };

  function contentFault(phrase: Phrase): Fault["reason"] | undefined {
    const key = phrase.text.toLowerCase();
    if (seen.has(key)) return "duplicate";
    seen.add(key);
    if (repeatsItself(phrase.text)) return "repeats-itself";
    if (responses.some((response) => sharedRun(phrase.text, response, copiedWords, instructions))) return "copies-response";
    const revealed = numbersIn(phrase.text).find((number) => answers.has(number) && !known.has(number));
    // A one-digit number is as likely a count ("in 3 steps") as the answer.
    if (revealed !== undefined && (Math.abs(revealed) >= 10 || /answer|result|equals|=/i.test(phrase.text))) return "reveals-answer";
    return undefined;
  }
}
