import { languageDetector, type LanguageDetector } from "../../texts/language.ts";
import type { ExportedRow } from "../exported-row.ts";

/** Languages of fewer rows than this share are left out, because the detector errs now and then. */
const leastShare = 0.02;
/** Rows that are looked at. */
const mostRows = 20_000;

/** Finds out the languages of rows, by their system messages. */
export class RowLanguages {
  readonly #detector: LanguageDetector;
  readonly #rows = new Map<string, number>();
  #looked = 0;

  private constructor(detector: LanguageDetector) {
    this.#detector = detector;
  }

  static async open(): Promise<RowLanguages> {
    return new RowLanguages(await languageDetector());
  }

  add({ systemMessage }: Pick<ExportedRow, "systemMessage">): void {
    if (this.#looked++ >= mostRows) return;
    const code = this.#detector.detect([systemMessage])?.code;
    if (code !== undefined) this.#rows.set(code, (this.#rows.get(code) ?? 0) + 1);
  }

  /** ISO 639-1 codes, the most frequent first. */
  codes(): string[] {
    const told = [...this.#rows.values()].reduce((sum, rows) => sum + rows, 0);
    return [...this.#rows]
      .filter(([, rows]) => rows >= leastShare * told)
      .toSorted(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1))
      .map(([code]) => code);
  }
}
