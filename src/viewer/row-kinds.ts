import type { ResponseOrigin } from "../records/response-origin.ts";
import { originOf, traitsSchema, type Traits } from "../runs/tally.ts";
import type { Result } from "../runs/results/results.ts";

/**
 * What rows have in common that differ in their texts alone. A run has few kinds of rows, so a
 * filter is decided once for each kind.
 */
export interface RowKind {
  readonly outcome: Result["outcome"];
  readonly phase: string | null;
  readonly reason: string | null;
  readonly traits: Traits;
}

/** What rows of a kind stand for (`rowOrigin`). Null for rows that are not in the dataset. */
export function originOfKind({ outcome, traits }: RowKind): ResponseOrigin | null {
  // Older versions did not note it of rows that were written anew.
  return outcome === "done" ? (originOf(traits) ?? "new") : null;
}

/** How many rows are of a kind. */
export interface KindCount {
  readonly kind: RowKind;
  readonly rows: number;
}

/** The kinds of a run's rows, numbered in the order in which they come. */
export class RowKinds {
  readonly #numbers = new Map<string, number>();
  readonly #kinds: RowKind[] = [];

  numberOf(outcome: Result["outcome"], phase: string | null, reason: string | null, traits: string): number {
    const key = `${outcome}\n${phase}\n${reason}\n${traits}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#kinds.push({ outcome, phase, reason, traits: traitsSchema.parse(JSON.parse(traits)) });
    this.#numbers.set(key, this.#kinds.length - 1);
    return this.#kinds.length - 1;
  }

  at(number: number): RowKind {
    const kind = this.#kinds[number];
    if (kind === undefined) throw new RangeError(`no kind ${number}`);
    return kind;
  }

  all(): readonly RowKind[] {
    return this.#kinds;
  }
}
