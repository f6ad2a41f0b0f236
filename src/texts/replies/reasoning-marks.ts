import { holdsMark } from "./holds-mark.ts";

/** A mark at which reasoning begins or ends. */
export interface ReasoningMark {
  readonly start: number;
  readonly end: number;
  /** The dress and its name, such as `<think>`. Marks of the same name open and close a block. */
  readonly name: string;
  readonly closes: boolean;
}

const words =
  "(?:inner_|internal_|chain_of_)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|monologue)(?:_process)?|scratchpad|analysis|antthinking|cot|cot_budget_reflect";

/**
 * The marks in every dress that is known.
 *
 * - `<think>`, `<seed:think>`, `<Reasoning type="x">` and their kin.
 * - `[THINK]` of Magistral, `[unused16]` of Pangu.
 * - `<|begin_of_thought|>`, `<|START_THINKING|>` of Cohere, `<|inner_prefix|>` of Apertus.
 * - `<|channel>` of Gemma 4, `<unused94>` of MedGemma, `◁think▷` of Kimi-VL.
 * - `<details type="reasoning">` of Open WebUI.
 */
export const markSource = [
  String.raw`<\s?(?<slash>\/?)\s?(?:\w{1,12}:)?(?<tag>${words})(?:\s[^<>]{0,200})?>`,
  String.raw`\[(?<bracketSlash>\/?)(?<bracket>think(?:ing)?|reasoning|thoughts?)\](?!\()`,
  String.raw`<\|(?<before>begin_of_|start_of_|start_|end_of_|end_|\/)?(?<pipe>think(?:ing)?|thoughts?|reasoning)(?<after>_start|_begin|_end)?\|>`,
  String.raw`<\|inner_(?<inner>prefix|suffix)\|>`,
  "(?<gemma><\\|channel>|<channel\\|>)",
  "<unused(?<unused>94|95)>|\\[unused(?<pangu>16|17)\\]",
  String.raw`◁(?<kimiSlash>\/?)think▷`,
  String.raw`(?<details><details\b[^<>]{0,80}type="reasoning"[^<>]{0,200}>|<\/details>)`,
].join("|");
const mark = new RegExp(markSource, "gi");
const anyMark = new RegExp(markSource, "iy");

export function holdsReasoningMark(text: string): boolean {
  return holdsMark(text, anyMark);
}

/** All marks of a text, in order. */
export function reasoningMarks(text: string): readonly ReasoningMark[] {
  const marks = Array.from(text.matchAll(mark), (match): ReasoningMark => {
    const [whole] = match;
    const groups: Readonly<Record<string, string | undefined>> = match.groups ?? {};
    const place = { start: match.index, end: match.index + whole.length };
    const of = (name: string, closes: boolean): ReasoningMark => ({ ...place, name, closes });
    const { slash, tag, bracketSlash, bracket, before, pipe, after, inner, gemma, unused, pangu, kimiSlash, details } = groups;
    if (tag !== undefined) return of(`<${tag.toLowerCase()}>`, slash !== "");
    if (bracket !== undefined) return of(`[${bracket.toLowerCase()}]`, bracketSlash !== "");
    if (pipe !== undefined) return of(`<|${pipe.toLowerCase()}|>`, /^(?:end|\/)/i.test(before ?? "") || after?.toLowerCase() === "_end");
    if (inner !== undefined) return of("<|inner|>", inner.toLowerCase() === "suffix");
    if (gemma !== undefined) return of("<|channel>", gemma.startsWith("<c"));
    if (unused !== undefined) return of("<unused94>", unused === "95");
    if (pangu !== undefined) return of("[unused16]", pangu === "17");
    if (kimiSlash !== undefined) return of("◁think▷", kimiSlash !== "");
    return of("<details>", details?.startsWith("</") ?? false);
  });
  // HTML has `</details>` too.
  return marks.some(({ name, closes }) => name === "<details>" && !closes) ? marks : marks.filter(({ name }) => name !== "<details>");
}

/**
 * Whether a mark is spoken of rather than used. It stands within a sentence or between quotes, as
 * in "the </think> tag ends it".
 */
export function isSpokenOf(text: string, mark: ReasoningMark): boolean {
  const isQuoted = /["'“‘«(*_]$/.test(text.charAt(mark.start - 1)) && /^["'”’»)*_]/.test(text.charAt(mark.end));
  return isQuoted || (followsWord(text, mark) && sentenceGoesOn(text, mark));
}

/** The marks that are used. A pair is spoken of if the sentence goes on behind it. */
export function usedMarks(text: string, marks: readonly ReasoningMark[]): readonly ReasoningMark[] {
  return marks.filter((mark, index) => {
    if (isSpokenOf(text, mark)) return false;
    const [open, close] = mark.closes ? [marks[index - 1], mark] : [mark, marks[index + 1]];
    const isPair = open?.name === close?.name && open?.closes === false && close?.closes === true;
    return !(isPair && followsWord(text, open) && sentenceGoesOn(text, close));
  });
}

function followsWord(text: string, { start }: ReasoningMark): boolean {
  return /[^\s.!?:] $/.test(text.slice(Math.max(0, start - 2), start));
}

function sentenceGoesOn(text: string, { end }: ReasoningMark): boolean {
  return /^(?: \p{Ll}| ?[,;.?!)–—-])/u.test(text.slice(end, end + 4));
}
