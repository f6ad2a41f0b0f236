import type { CodeBlock } from "./code-blocks.ts";

/** Something left out (`...`), or a place to be filled in (`<your code here>`). */
const placeholder = /\.\.\.(?![\w$[{(])|…|<(?:your|insert|add|some)\b[^>\n]*>/i;
/** A session at a prompt, a command of a notebook or a shell, a traceback. */
const session = /^[ \t]*(?:>>>|In \[|[%!$] ?\w|pip install |Traceback )/m;
/** What SQL parsers do not read, which is scripts of a client, procedures, and names to fill in. */
const script =
  /<\w+>|^[ \t]*(?:DELIMITER|GO|[\\.]\w+|CREATE\s+(?:OR\s+\w+\s+)?(?:PROCEDURE|FUNCTION|TRIGGER)|DECLARE|BEGIN|END|IF|LOOP|WHILE)\b/im;
/** A line of at least five plain words in a row. SQL's words in capitals are none. */
const prose = /^(?![ \t]*(?:#|\/\/|--|\*)).*\b[A-Z]?[a-z']+(?:,? [A-Z]?[a-z']+\b){4}/m;

/**
 * Whether a block that does not parse need not be whole code of its language. Then it says nothing
 * that a parser refuses it.
 */
export function isPartial({ code, language, isBare }: CodeBlock): boolean {
  return (
    placeholder.test(code) ||
    (language === "Python" && session.test(code)) ||
    (language === "SQL" && script.test(code)) ||
    // A response that begins as code and goes on in prose.
    (isBare && prose.test(code))
  );
}

/**
 * Whether a block is an excerpt of code that parses. It is shorter, and it has at most three lines
 * or only lines of the other.
 */
export function isExcerpt({ code, language }: CodeBlock, others: readonly CodeBlock[]): boolean {
  const lines = code
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return others.some(
    (other) =>
      other.language === language &&
      other.code.length > code.length &&
      (lines.length <= 3 || lines.every((line) => other.code.includes(line))),
  );
}
