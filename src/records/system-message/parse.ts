import { findMarks, type Mark } from "./marks.ts";
import { withoutDecoration } from "./without-decoration.ts";
import { standardTags, type TagSet } from "./tag-set.ts";
import type { Fault, FaultReason, Phrase, Repair } from "./phrase.ts";

/** The phrases of a tagged system message in order, and each removed piece with its reason. */
export interface ParsedSystemMessage {
  readonly phrases: readonly Phrase[];
  readonly faults: readonly Fault[];
}

/**
 * Reads a tagged system message such as `<<Role>>...<</Role>> <<Task>>...<<Task>>`. Both forms of
 * the closing mark occur in the paper (arXiv 2502.11330). Never throws. The time is linear in the
 * length of the text.
 *
 * @param options `repair` (default true) mends what has only one reading and records it on the
 * phrase. That is a stray space, wrong case, a plural, single brackets, `<<//X>>`, a colon or
 * Markdown around the text, and a phrase that is left open at the end of the text or before
 * another complete phrase. Without `repair` such
 * phrases are removed like any other fault, as in phase 2 of the paper. `cutShort` (default false)
 * means that the text ended at a token limit. A phrase that is left open at the end is then half a
 * phrase, and is removed. `tags` (default the paper's eight) are those that are known.
 */
export function parseTagged(source: string, options: { repair?: boolean; cutShort?: boolean; tags?: TagSet } = {}): ParsedSystemMessage {
  const repair = options.repair ?? true;
  // Invisible characters go first. A tag that holds one would otherwise be read as text, and become
  // a tag when the character is removed later.
  const text = source.replace(invisible, "");
  const marks = findMarks(text, options.tags ?? standardTags);
  const phrases: Phrase[] = [];
  const faults: Fault[] = [];
  let position = 0;
  let next = 0;

  const remove = (reason: FaultReason, start: number, end: number): void => {
    faults.push({ reason, text: excerpt(text.slice(start, end)) });
  };
  const removeUntagged = (end: number): void => {
    if (text.slice(position, end).trim() !== "") remove("untagged-text", position, end);
  };

  for (let open = marks[0]; open !== undefined; open = marks[next]) {
    removeUntagged(open.start);
    if (open.closing) {
      remove(open.unfinished ? "unclosed" : "mismatched-close", open.start, open.end);
      position = open.end;
      next++;
      continue;
    }
    const span = spanOf(marks, open, next, text.length);
    position = span.end;
    next = span.next;
    const cutOff = (options.cutShort ?? false) && span.ending === "unclosed" && span.end === text.length;
    const reason = cutOff ? "unclosed" : faultOf(open, span, repair);
    const written = oneLine(text.slice(open.end, span.textEnd));
    const phraseText = repair ? withoutDecoration(written) : written;
    if (reason !== undefined) remove(reason, open.start, span.end);
    else if (!/[\p{L}\p{N}]/u.test(phraseText)) remove("empty-phrase", open.start, span.end);
    else if (open.tag !== undefined) {
      const repairs = new Set<Repair>([...open.repairs, ...span.repairs]);
      if (phraseText !== written) repairs.add("decoration");
      phrases.push({ tag: open.tag, text: phraseText, repairs: [...repairs] });
    }
  }
  removeUntagged(text.length);
  return { phrases, faults };
}

/** The part of the text from an opening mark to the end of its phrase. */
interface Span {
  readonly textEnd: number;
  readonly end: number;
  /** Index of the first mark after the span. */
  readonly next: number;
  readonly repairs: readonly Repair[];
  readonly ending: "closed" | "mismatched" | "unclosed" | "holds-unknown";
}

function spanOf(marks: readonly Mark[], open: Mark, openIndex: number, textLength: number): Span {
  let holdsUnknown = false;
  let closeIndex = openIndex + 1;
  let close = marks[closeIndex];
  for (; close !== undefined; close = marks[++closeIndex]) {
    if (!endsPhrase(close, open)) continue;
    if (close.tag !== undefined || open.tag === undefined || close.unfinished) break;
    holdsUnknown = true;
  }
  if (close === undefined) {
    const ending = holdsUnknown ? "holds-unknown" : "unclosed";
    return { textEnd: textLength, end: textLength, next: marks.length, repairs: ["unclosed"], ending };
  }
  const beforeClose: Span = { textEnd: close.start, end: close.start, next: closeIndex, repairs: ["unclosed"], ending: "unclosed" };
  const throughClose: Span = { ...beforeClose, end: close.end, next: closeIndex + 1, repairs: close.repairs, ending: "closed" };
  if (holdsUnknown)
    return close.tag === open.tag ? { ...throughClose, ending: "holds-unknown" } : { ...beforeClose, ending: "holds-unknown" };
  if (close.unfinished) return { ...throughClose, repairs: ["unclosed"], ending: "unclosed" };
  // In `<<Role>>a<<Role>>b<</Role>>` and `<<Role>>a<<Task>>b<</Task>>` the second mark opens a
  // phrase of its own.
  if (!close.closing && opensCompletePhrase(close, marks[closeIndex + 1])) return beforeClose;
  if (close.tag === open.tag) return throughClose;
  return { ...throughClose, ending: "mismatched" };
}

/**
 * Whether `mark` ends the phrase that `open` begins. Within a phrase of double brackets, a mark of
 * single brackets is text, unless it closes the same tag.
 */
function endsPhrase(mark: Mark, open: Mark): boolean {
  if (mark.double || !open.double) return true;
  return mark.closing && mark.tag === open.tag;
}

function opensCompletePhrase(open: Mark, after: Mark | undefined): boolean {
  return after !== undefined && after.closing && after.tag === open.tag;
}

function faultOf(open: Mark, span: Span, repair: boolean): FaultReason | undefined {
  if (open.tag === undefined || span.ending === "holds-unknown") return "unknown-tag";
  if (span.ending === "mismatched") return "mismatched-close";
  if (repair) return undefined;
  if (open.repairs.length > 0) return "malformed-name";
  if (span.repairs.includes("unclosed")) return "unclosed";
  if (span.repairs.includes("double-slash")) return "mismatched-close";
  return span.repairs.length > 0 ? "malformed-name" : undefined;
}

/** Zero-width spaces, word joiners and byte order marks. */
const invisible = /[\u200b\u2060\ufeff]/g;

/** Matches a text that may need to be changed to become one line. Most phrases do not match. */
const mendable = /[^ -~]| {2}|^ | $/;

function oneLine(text: string): string {
  return mendable.test(text) ? text.toWellFormed().replace(/\s+/gu, " ").trim() : text;
}

function excerpt(text: string): string {
  const line = oneLine(text.slice(0, 1000));
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
