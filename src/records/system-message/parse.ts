import { findMarks, type Mark } from "./marks.ts";
import type { Fault, FaultReason, Phrase, Repair } from "./phrase.ts";

/** What a tagged system message holds: its phrases in order of appearance, and each removed piece with its reason. */
export interface ParsedSystemMessage {
  readonly phrases: readonly Phrase[];
  readonly faults: readonly Fault[];
}

/**
 * Reads `<<Role>>...<</Role>> <<Task>>...<<Task>>` (both closings occur in the paper). Never throws; linear in the text.
 *
 * With `repair` (the default) what has one sure reading is mended and recorded on the phrase: stray spaces, case, plural,
 * single brackets, `<<//X>>`, and a phrase left open at the end of the text or before another complete phrase.
 * Without it those phrases are removed like any other fault (phase 2 as in arXiv 2502.11330). `cutShort` says that the text
 * ended at a token limit: a phrase left open at its end is then half a phrase, and is removed.
 */
export function parseTagged(source: string, options: { repair?: boolean; cutShort?: boolean } = {}): ParsedSystemMessage {
  const repair = options.repair ?? true;
  // First of all, or a tag with one of them in it would be a phrase's text, and a tag once they are gone.
  const text = source.replace(invisible, "");
  const marks = findMarks(text);
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
    const phraseText = oneLine(text.slice(open.end, span.textEnd));
    if (reason !== undefined) remove(reason, open.start, span.end);
    else if (!/[\p{L}\p{N}]/u.test(phraseText)) remove("empty-phrase", open.start, span.end);
    else if (open.tag !== undefined) {
      const repairs = new Set<Repair>([...open.repairs, ...span.repairs]);
      phrases.push({ tag: open.tag, text: phraseText, repairs: [...repairs] });
    }
  }
  removeUntagged(text.length);
  return { phrases, faults };
}

/** From an opening mark to where its phrase ends. */
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
  // `<<Role>>a<<Role>>b<</Role>>` and `<<Role>>a<<Task>>b<</Task>>`: the second mark opens a phrase of its own.
  if (!close.closing && opensCompletePhrase(close, marks[closeIndex + 1])) return beforeClose;
  if (close.tag === open.tag) return throughClose;
  return { ...throughClose, ending: "mismatched" };
}

/** In a double-bracket phrase a single bracket is text, unless it closes that very tag. */
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

/** Spaces without width, and byte order marks. */
const invisible = /[\u200b\u2060\ufeff]/g;

/** What keeps a text from being one line as it stands, which most phrases are. */
const mendable = /[^ -~]| {2}|^ | $/;

function oneLine(text: string): string {
  return mendable.test(text) ? text.toWellFormed().replace(/\s+/gu, " ").trim() : text;
}

function excerpt(text: string): string {
  const line = oneLine(text.slice(0, 1000));
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
