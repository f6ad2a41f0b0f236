import { columnsOf, type RunRow } from "./run-row.ts";

/** Columns that say where a row of a mixed set comes from, in the order in which they are tried. */
const knownColumns = ["source", "dataset", "data_source", "dataset_name", "category"] as const;
/** Sources beyond this many are counted as one. */
const mostSources = 30;
export const otherSources = "(others)";
const noSource = "(none)";
const longestName = 100;

/**
 * Tells where each row of a run comes from, which is one of the input's files or the value of a
 * column.
 */
export class Sources {
  /** `files` or the column's name, in words for people. Null if the rows tell no source. */
  readonly from: string | null;
  readonly #column: string | undefined;
  readonly #known = new Set<string>();

  /**
   * @param sample The first rows. They decide what the source is. It is the file if the input has
   * several, else the first known column in which most rows hold a short text.
   * @param column A column that the user names.
   */
  constructor(sample: readonly RunRow[], column?: string) {
    const most = (names: readonly string[]): string | undefined =>
      names.find((name) => 2 * sample.filter((row) => textIn(row, name) !== undefined).length > sample.length);
    this.#column = column ?? (sample.some(({ file }) => file !== undefined) ? undefined : most(knownColumns));
    const hasFiles = this.#column === undefined && sample.some(({ file }) => file !== undefined);
    this.from = this.#column === undefined ? (hasFiles ? "files" : null) : `column ${this.#column}`;
  }

  /** The source of a row. Undefined if the run has one source only. */
  of(row: RunRow): string | undefined {
    if (this.from === null) return undefined;
    const name = (this.#column === undefined ? row.file : textIn(row, this.#column)) ?? noSource;
    if (this.#known.has(name)) return name;
    if (this.#known.size >= mostSources) return otherSources;
    this.#known.add(name);
    return name;
  }
}

function textIn(row: RunRow, column: string): string | undefined {
  const value = columnsOf(row)?.[column];
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const name = String(value).trim();
  return name === "" || name.length > longestName ? undefined : name;
}
