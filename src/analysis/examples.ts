import type { Format } from "../datasets/formats/format.ts";
import type { ReportExample } from "./report.ts";
import type { LineGate, LineRemovedPhrase } from "../runs/row-line.ts";
import { responseOrigin, rowOrigin } from "../records/response-origin.ts";
import { originalTurns, type DoneRow, type RejectedRow } from "./run-row.ts";
import { rounded } from "../statistics/rounded.ts";

const perEnd = 7;
const all = 20;
/** Dropped rows that are kept of each reason, until it is known how many reasons there are. */
const perReason = 6;
const mostCharacters = 4_000;
const mostTurns = 8;

/** The parts of a row's soundness. Each is from 0 to 1. */
export interface Soundness {
  /** Share of its phrases that stayed. */
  readonly kept: number;
  /**
   * 1 if no gate found anything, 0.5 if a response was asked for again, 0 if an original response
   * was kept.
   */
  readonly clean: number;
  /** 1 if A' is between half and twice as long as A. Else the factor that is missing. */
  readonly length: number;
  /** ROUGE-L of A' against A. A ROUGE-L of 0.5 and more is 1. */
  readonly overlap: number;
}

interface Candidate {
  readonly row: DoneRow;
  readonly soundness: number;
  readonly parts: Soundness;
  readonly rougeL: number | null;
  readonly source: string | undefined;
}

/**
 * Chooses rows to look at while all rows go by. It takes the soundest and the least sound rows, and
 * dropped rows of different reasons. The same rows give the same choice.
 */
export class ExampleChoice {
  readonly #best: Candidate[] = [];
  readonly #worst: Candidate[] = [];
  readonly #dropped = new Map<string, { row: RejectedRow; source: string | undefined }[]>();
  readonly #format: Format;

  constructor(format: Format) {
    this.#format = format;
  }

  addDone(row: DoneRow, parts: Soundness, rougeL: number | null, source: string | undefined): void {
    const soundness = (parts.kept + parts.clean + parts.length + parts.overlap) / 4;
    const candidate = { row, soundness, parts, rougeL, source };
    keep(this.#best, candidate, (a, b) => b.soundness - a.soundness);
    keep(this.#worst, candidate, (a, b) => a.soundness - b.soundness);
  }

  addRejected(row: RejectedRow, source: string | undefined): void {
    const key = `${row.phase} ${row.reason}`;
    const known = this.#dropped.get(key);
    if (known === undefined) this.#dropped.set(key, [{ row, source }]);
    else if (known.length < perReason) known.push({ row, source });
  }

  /**
   * Up to 20 examples. Best and worst ones are different rows. Dropped ones have as many reasons as
   * there are. Where one kind has too few rows, the others fill its places.
   */
  examples(): ReportExample[] {
    const best = this.#best.slice(0, perEnd);
    const worst = this.#worst.filter(({ row }) => !best.some((other) => other.row === row)).slice(0, perEnd);
    const dropped = inTurns([...this.#dropped.values()]).slice(0, all - best.length - worst.length);
    const room = all - best.length - worst.length - dropped.length;
    const more = this.#best.filter((candidate) => !best.includes(candidate) && !worst.some(({ row }) => row === candidate.row));
    return [
      ...[...best, ...more.slice(0, room)].map((candidate) => exampleOf("best", candidate)),
      ...worst.map((candidate) => exampleOf("worst", candidate)),
      ...dropped.map(({ row, source }) => droppedExample(row, source, this.#format)),
    ];
  }
}

function keep(list: Candidate[], candidate: Candidate, order: (a: Candidate, b: Candidate) => number): void {
  const last = list.at(-1);
  if (list.length >= all && last && order(candidate, last) >= 0) return;
  const place = list.findIndex((known) => order(candidate, known) < 0);
  list.splice(place === -1 ? list.length : place, 0, candidate);
  if (list.length > all) list.pop();
}

/** The first of each list, then the second of each. */
function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat();
}

function exampleOf(kind: "best" | "worst", { row, soundness, parts, rougeL, source }: Candidate): ReportExample {
  return {
    kind,
    because: becauseOf(parts, rowOrigin(row) === "original", rougeL !== null),
    soundness: rounded(soundness),
    rougeL: rougeL === null ? null : rounded(rougeL),
    id: row.id,
    source: source ?? null,
    phrases: row.phrases.map(({ tag, text, verdict, repairs }) => ({ tag, text: cut(text), verdict, repairs: [...repairs] })),
    removed: row.removed.map(shownPiece),
    turns: row.turns.slice(0, mostTurns).map(({ instruction, original, response }, turn) => ({
      instruction: cut(instruction),
      original: cut(original),
      response: cut(response),
      origin: responseOrigin(row, turn),
    })),
    gates: row.gates.map((gate) => shownGate(gate)),
    phase: null,
    reason: null,
    detail: null,
  };
}

function becauseOf({ kept, clean, length, overlap }: Soundness, isKept: boolean, isCompared: boolean): string {
  const said = [
    kept === 1 ? "no phrase was removed" : `${Math.round(100 * (1 - kept))}% of the phrases were removed`,
    clean === 1 ? "no gate found anything" : isKept ? "the original response was kept" : "a gate asked again",
    ...(length === 1 ? [] : ["the lengths of A and A' are far apart"]),
    ...(isCompared && overlap < 0.2 ? ["A' shares little with A"] : []),
  ];
  return said.join("; ");
}

function droppedExample(row: RejectedRow, source: string | undefined, format: Format): ReportExample {
  return {
    kind: "dropped",
    because: `${row.outcome} in ${row.phase}: ${row.reason}`,
    soundness: null,
    rougeL: null,
    id: row.id,
    source: source ?? null,
    phrases: [],
    removed: row.removed.map(shownPiece),
    turns: originalTurns(row, format)
      .slice(0, mostTurns)
      .map(({ instruction, original }) => ({ instruction: cut(instruction), original: cut(original), response: null })),
    gates: [],
    phase: row.phase,
    reason: row.reason,
    detail: cut(row.detail),
  };
}

function shownPiece({ tag, text, reason, verdict }: LineRemovedPhrase): ReportExample["removed"][number] {
  return { tag: tag ?? null, text: cut(text), reason: reason ?? null, verdict: verdict ?? null };
}

function shownGate({ gate, turn, detail, action }: LineGate): ReportExample["gates"][number] {
  return { gate, turn, detail: cut(detail), action };
}

function cut(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters).toWellFormed()}…` : text;
}
