/**
 * Doubles the quotes of cells that begin with a quote and are no quoted cells, as in
 * `"Yes," she said<tab>...`. A parser of RFC 4180 would otherwise read on to some later quote and
 * take several rows for one.
 *
 * A line of the right number of cells is taken at its word. A cell that is quoted from end to end
 * stays quoted. Any other cell that begins with a quote is literal text, unless its quote is not
 * closed on the line and the next line has another number of cells. Then the cell goes on there.
 * Where all names of the header line are quoted, no quote is literal.
 */
export class LiteralQuotes {
  readonly #delimiter: string;
  /** Whether a quote that is not closed on its line may be literal. */
  readonly #mayStayOpen: boolean;
  #cells: number | undefined;
  /** Inside a quoted cell that goes on over lines. */
  #isOpen = false;

  constructor(delimiter: string, mayStayOpen: boolean) {
    this.#delimiter = delimiter;
    this.#mayStayOpen = mayStayOpen;
  }

  /**
   * @param text Whole lines. The first line of the file is the header.
   * @param following The text that follows, as far as it is known.
   */
  mend(text: string, following = ""): string {
    if (this.#cells === Infinity || (this.#cells !== undefined && !this.#isOpen && !text.includes('"'))) return text;
    const lines = text.split("\n");
    const isWhole = lines.at(-1) === "";
    if (isWhole) lines.pop();
    const mended = lines.map((line, at) => this.#mendLine(line, lines[at + 1] ?? following.split("\n", 1)[0] ?? ""));
    return `${mended.join("\n")}${isWhole ? "\n" : ""}`;
  }

  #mendLine(line: string, next: string): string {
    if (this.#cells === undefined) {
      if (line.trim() === "") return line;
      const names = line.trimEnd().split(this.#delimiter);
      this.#cells = names.every((name) => isQuoted.test(name)) ? Infinity : names.length;
      return line;
    }
    if (!line.includes('"')) return line;
    if (this.#isOpen) {
      if (isOdd(line)) this.#isOpen = false;
      return line;
    }
    const ending = line.endsWith("\r") ? "\r" : "";
    const cells = (ending === "" ? line : line.slice(0, -1)).split(this.#delimiter);
    const bad = cells.filter((cell) => cell.startsWith('"') && !isQuoted.test(cell));
    if (bad.length === 0) return line;
    const isCounted = cells.length === this.#cells;
    const isOpen = bad.some((cell) => !closesEarly.test(cell));
    const goesOn = isOpen && !(this.#mayStayOpen && (next === "" || next.split(this.#delimiter).length === this.#cells));
    if (!isCounted || goesOn) {
      this.#isOpen = isOdd(line);
      return line;
    }
    return cells.map((cell) => (bad.includes(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(this.#delimiter) + ending;
  }
}

/** A cell in quotes from end to end. */
const isQuoted = /^"[^"]*(?:""[^"]*)*"$/;
/** A cell whose quote is closed before its end. */
const closesEarly = /^"[^"]*(?:""[^"]*)*"[^"]/;

function isOdd(line: string): boolean {
  return line.split('"').length % 2 === 0;
}
