/** Whether the final answer of at least one of a row's new responses was compared with A's. */
export type Answers = "checked" | "not-checked";

/** What a gate did, of this version or another. */
interface Gated {
  readonly gate: string;
  readonly action: string;
}

const gate = "wrong-answer";
/** What is in the place of an action where a gate could not look. */
export const notChecked = "not-checked";

/** @param responses How many responses were written anew. */
export function answersOf(records: readonly Gated[], responses: number): Answers {
  return records.filter((record) => record.gate === gate && record.action === notChecked).length < responses ? "checked" : "not-checked";
}

/** Rows of a dataset by what is known of their final answers. */
export interface AnswerCounts {
  readonly checked: number;
  /** Rows with a response whose answer was wrong. It was asked for again, or A was kept. */
  readonly wrong: number;
  readonly notChecked: number;
}

/** Counts final answers. Rows of runs that did not look at answers count as neither. */
export class AnswerTally {
  #checked = 0;
  #wrong = 0;
  #notChecked = 0;

  /** @param gates What gates did in the row. */
  add(answers: string | undefined, gates: readonly Gated[], rows = 1): void {
    if (answers === "checked") this.#checked += rows;
    if (answers === "not-checked") this.#notChecked += rows;
    if (gates.some((record) => record.gate === gate && record.action !== notChecked)) this.#wrong += rows;
  }

  counts(): AnswerCounts {
    return { checked: this.#checked, wrong: this.#wrong, notChecked: this.#notChecked };
  }
}

/** The counts in words. Empty if nothing was looked at. */
export function answersInWords({ checked, wrong, notChecked: unknown }: AnswerCounts): string {
  return checked + wrong + unknown === 0 ? "" : `${checked} checked, ${wrong} wrong and asked again, ${unknown} could not be checked`;
}
