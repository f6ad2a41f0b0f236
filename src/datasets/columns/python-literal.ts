/** What a word of Python or NumPy stands for. */
const words: Readonly<Record<string, unknown>> = { None: null, True: true, False: false, nan: null, null: null, true: true, false: false };
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", a: "\x07", v: "\v", "0": "\0", "\n": "" };
/** A string with its quotes, a number, a word, or a mark. */
const token =
  /\s*(?:([bru]{0,2})("[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^'\\]*(?:\\[\s\S][^'\\]*)*')|(-?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z_][\w.]*)|([[\](){},:=]))/y;
const mostNested = 100;

/**
 * The value of a Python list, tuple or dict as `str()` writes it. Values may also stand side by
 * side without commas, and inside `array(...)`, as NumPy writes them. Undefined for any other text.
 */
export function parsePythonLiteral(text: string): unknown {
  try {
    const reader = new LiteralReader(text);
    const value = reader.value(0);
    return reader.isAtEnd ? value : undefined;
  } catch (error) {
    if (error instanceof NoLiteral) return undefined;
    throw error;
  }
}

class NoLiteral extends Error {}

interface Token {
  readonly text?: string;
  readonly number?: string;
  readonly word?: string;
  readonly mark?: string;
}

class LiteralReader {
  readonly #text: string;
  #at = 0;
  #next: Token | undefined;

  constructor(text: string) {
    this.#text = text.trimEnd();
    this.#next = this.#read();
  }

  get isAtEnd(): boolean {
    return this.#next === undefined;
  }

  value(depth: number): unknown {
    if (depth > mostNested) throw new NoLiteral();
    const { text, number, word, mark } = this.#take();
    if (text !== undefined) return text;
    if (number !== undefined) return Number(number.replaceAll("_", ""));
    if (mark === "[") return this.#list("]", depth);
    if (mark === "(") return this.#list(")", depth);
    if (mark === "{") return this.#dict(depth);
    if (word === undefined) throw new NoLiteral();
    if (this.#next?.mark === "(") {
      // `array([...], dtype=object)`
      this.#take();
      const [first] = this.#list(")", depth);
      return first;
    }
    if (!(word in words)) throw new NoLiteral();
    return words[word];
  }

  #list(end: string, depth: number): unknown[] {
    const values: unknown[] = [];
    for (;;) {
      if (this.#next?.mark === ",") this.#take();
      else if (this.#next?.mark === end) {
        this.#take();
        return values;
      } else if (this.#next?.word === "dtype") {
        this.#take();
        if (this.#take().mark !== "=" || this.#take().word === undefined) throw new NoLiteral();
      } else values.push(this.value(depth + 1));
    }
  }

  #dict(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (;;) {
      if (this.#next?.mark === ",") this.#take();
      else if (this.#next?.mark === "}") {
        this.#take();
        return Object.fromEntries(entries);
      } else {
        const key = this.value(depth + 1);
        if ((typeof key !== "string" && typeof key !== "number") || this.#take().mark !== ":") throw new NoLiteral();
        entries.push([String(key), this.value(depth + 1)]);
      }
    }
  }

  #take(): Token {
    const taken = this.#next;
    if (taken === undefined) throw new NoLiteral();
    this.#next = this.#read();
    return taken;
  }

  #read(): Token | undefined {
    if (this.#at >= this.#text.length) return undefined;
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    if (match === null) throw new NoLiteral();
    this.#at = token.lastIndex;
    const [, prefix = "", quoted, number, word, mark] = match;
    if (quoted !== undefined) return { text: unquoted(quoted, prefix.includes("r")) };
    return number !== undefined ? { number } : word !== undefined ? { word } : mark !== undefined ? { mark } : undefined;
  }
}

function unquoted(quoted: string, isRaw: boolean): string {
  const inner = quoted.slice(1, -1);
  if (isRaw || !inner.includes("\\")) return inner;
  return inner.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g,
    (all: string, x?: string, u?: string, long?: string, one = "") => {
      const code = x ?? u ?? long;
      if (code === undefined) return escapes[one] ?? (/[\\'"]/.test(one) ? one : all);
      const point = Number.parseInt(code, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : all;
    },
  );
}
