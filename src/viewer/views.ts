import { Comparison } from "./comparison.ts";
import type { RowFilter } from "./row-filter.ts";
import { RowView } from "./row-view.ts";
import { TextSearch } from "./text-search.ts";
import type { ViewedRun } from "./viewed-run.ts";

/** Views and searches that are kept, enough for a few tabs of a browser. */
const mostKept = 8;
/** How long a request waits for a search before it answers with what there is. */
const waitMs = 150;

/** The views of a run that were asked for last, with their searches. */
export class Views {
  readonly comparison: Comparison | undefined;
  readonly #run: ViewedRun;
  readonly #views = new Map<string, RowView>();
  readonly #searches = new Map<string, TextSearch>();

  constructor(run: ViewedRun, other: ViewedRun | undefined) {
    this.#run = run;
    this.comparison = other === undefined ? undefined : new Comparison(run.index, other.index);
  }

  /**
   * The view of a filter. Waits up to `waitMs` until at least `atLeast` rows are found or the view
   * is complete. Slots move with every change of the run, so the caller must read them from the
   * view after its last `await`.
   * @returns How much was looked through as `looked`, from 0 to 1.
   */
  async look(filter: RowFilter, atLeast: number): Promise<{ view: RowView; isComplete: boolean; looked: number }> {
    if (Object.keys(filter.judge).length > 0) await this.#run.judged.ready();
    const view = this.#view(filter);
    view.slots();
    let looked = 1;
    if (view.scans.some(({ progress }) => progress < 1)) this.#run.restJournal();
    for (const scan of view.scans) {
      const isEnough = (): boolean => atLeast > 0 && scan.count >= atLeast && view.slots().length >= atLeast;
      await scan.workFor(waitMs, () => scan.progress >= 1 || isEnough());
      looked = Math.min(looked, scan.progress);
    }
    return { view, isComplete: looked >= 1, looked };
  }

  /** Whether a search is under way. */
  get isBusy(): boolean {
    return this.comparison?.isWorking === true || [...this.#searches.values()].some((search) => search.isWorking);
  }

  #view(filter: RowFilter): RowView {
    const key = JSON.stringify(filter);
    const { index, marks, judged } = this.#run;
    const view =
      this.#views.get(key) ??
      new RowView(filter, {
        index,
        marks,
        judged,
        search: filter.text === "" ? undefined : this.#search(filter.text),
        comparison: filter.differences.length === 0 ? undefined : this.comparison,
      });
    keep(this.#views, key, view);
    return view;
  }

  #search(text: string): TextSearch {
    const search = this.#searches.get(text) ?? new TextSearch(this.#run.index, text);
    // A person who goes on typing wants the new text. Searches for earlier texts end.
    for (const other of this.#searches.values()) if (other !== search) other.stop();
    keep(this.#searches, text, search);
    return search;
  }
}

/** Puts an entry last, and drops the first when there are more than `mostKept`. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > mostKept && oldest !== undefined) map.delete(oldest);
}
