import { blankCode } from "./blank-code.ts";
import { withoutLead, withoutOuterTokens } from "./control-tokens.ts";
import { isSpokenOf, reasoningMarks, type ReasoningMark } from "./reasoning-marks.ts";

/** Whether the prompt or the original response holds a text, in any case. */
export type IsKnown = (text: string) => boolean;

/**
 * Takes reasoning off a reply. It is a block at the beginning or at the beginning of a line, or all
 * that stands before a closing mark whose opening one was in the prompt. A reply without an answer
 * behind its reasoning becomes an empty text. Marks in code, and marks that are spoken of, are
 * text. So is a form that the prompt asks for by naming both of its marks, but for `<think>`.
 */
export function withoutReasoning(reply: string, isKnown: IsKnown): string {
  let text = reply;
  for (;;) {
    const next = withoutBlocks(withoutOuterTokens(text, isKnown), isKnown);
    if (next === text) return text;
    text = next;
  }
}

function withoutBlocks(text: string, isKnown: IsKnown): string {
  const told = /^\s*Thinking\.{3}\n[^]*?\n\.{3}done thinking\.(?:\n|$)/i.exec(text);
  if (told) return withoutLead(text.slice(told[0].length));
  const bare = blankCode(text);
  const marks = reasoningMarks(bare).filter(({ name }) => !isAskedFor(name, isKnown));
  const [first] = marks;
  if (first === undefined) return text;
  if (!first.closes && text.slice(0, first.start).trim() === "") return withoutLeadingBlock(text, marks, first);
  const closing = closingAlone(text, marks, isKnown);
  if (closing !== undefined) return withoutLead(text.slice(closing.end));
  return withoutInnerBlocks(text, marks, isKnown);
}

function isAskedFor(name: string, isKnown: IsKnown): boolean {
  return name.startsWith("<") && name !== "<think>" && isKnown(name) && isKnown(name.replace("<", "</"));
}

function withoutLeadingBlock(text: string, marks: readonly ReasoningMark[], open: ReasoningMark): string {
  const others = marks.filter((mark) => mark !== open && !isSpokenOf(text, mark));
  const close =
    closeOf([open, ...others], open, 0) ??
    others.find(({ closes, name }) => closes && name === open.name) ??
    others.find(({ closes, name }) => closes && name.charAt(0) === open.name.charAt(0)) ??
    // An odd mark of code in the reasoning hides the end of it.
    reasoningMarks(text).find((mark) => mark.closes && mark.name === open.name && standsAlone(text, mark));
  if (close !== undefined) return withoutLead(text.slice(lastOfRun(text, others, close).end));
  // The reply speaks of both marks.
  return marks.some(({ closes, name }) => closes && name === open.name) ? text : "";
}

/** The end of the last of the blocks that have nothing but blanks between them. */
function lastOfRun(text: string, marks: readonly ReasoningMark[], close: ReasoningMark): ReasoningMark {
  let last = close;
  for (let index = marks.indexOf(close) + 1; index > 0 && index < marks.length; index += 2) {
    const [open, next] = [marks[index], marks[index + 1]];
    if (open === undefined || open.closes || next?.closes !== true || next.name !== open.name) break;
    if (text.slice(last.end, open.start).trim() !== "") break;
    last = next;
  }
  return last;
}

/** The mark that closes a block, in which other blocks of the same name may stand. */
function closeOf(marks: readonly ReasoningMark[], open: ReasoningMark, from: number): ReasoningMark | undefined {
  let depth = 0;
  for (let index = from, mark = marks[index]; mark !== undefined; mark = marks[++index]) {
    if (mark.name !== open.name) continue;
    depth += mark.closes ? -1 : 1;
    if (depth === 0) return mark;
  }
  return undefined;
}

/**
 * The last closing mark that no mark in the text opens. Where the prompt speaks of the mark, it
 * must stand on a line of its own, and the first is taken, because the answer may show one too.
 */
function closingAlone(text: string, marks: readonly ReasoningMark[], isKnown: IsKnown): ReasoningMark | undefined {
  const alone: ReasoningMark[] = [];
  const open = new Map<string, number>();
  for (const mark of marks) {
    const depth = open.get(mark.name) ?? 0;
    if (!mark.closes) open.set(mark.name, depth + 1);
    else if (depth > 0) open.set(mark.name, depth - 1);
    else if (!isSpokenOf(text, mark)) alone.push(mark);
  }
  const isMentioned = alone.some((mark) => isKnown(text.slice(mark.start, mark.end)));
  return isMentioned ? alone.find((mark) => standsAlone(text, mark)) : alone.at(-1);
}

function standsAlone(text: string, { start, end }: ReasoningMark): boolean {
  return /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, start - 20), start)) && /^[ \t]*(?:\n|$)/.test(text.slice(end, end + 20));
}

const announcesThought = /\b(?:let me|let's|let us|i(?:'ll| will| need to| have to))\b[^\n]*:\s*$/i;

/** Takes off blocks behind a preamble. What a text shows as an example, after a colon, is none. */
function withoutInnerBlocks(text: string, marks: readonly ReasoningMark[], isKnown: IsKnown): string {
  const pieces: string[] = [];
  let from = 0;
  for (const [index, open] of marks.entries()) {
    if (open.closes || open.start < from) continue;
    const before = text.slice(Math.max(from, open.start - 200), open.start);
    const isExample = /:\s*$/.test(before) && !announcesThought.test(before);
    if (isExample || !/(?:\n[ \t]*|[.!?:…] )$/.test(before) || isKnown(open.name)) continue;
    const close = closeOf(marks, open, index);
    if (close === undefined) break;
    if (isSpokenOf(text, close)) continue;
    pieces.push(text.slice(from, open.start).trimEnd());
    from = close.end;
  }
  if (pieces.length === 0) return text;
  const rest = withoutLead(text.slice(from)).trimEnd();
  return [...pieces.map((piece, index) => (index === 0 ? piece : withoutLead(piece))), rest].filter((piece) => piece !== "").join("\n\n");
}
