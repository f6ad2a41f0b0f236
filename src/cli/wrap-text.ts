import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/**
 * Stands in a line where its further lines begin, if it is too long for the terminal. It is not
 * shown. In a line without one they begin under its first word.
 */
export const hang = "\ue001";

const lasting = "\ue002";

/** Text that stays on one line, such as a command that is to be copied. */
export function unbroken(text: string): string {
  return text.replaceAll(" ", lasting);
}

/**
 * Breaks lines that are wider than the terminal, at words. A word that is wider than a line, such
 * as a path, is left whole, so that it can be copied.
 * @param columns Width of the terminal. Undefined where there is none, and lines are as they are.
 */
export function wrapText(text: string, columns: number | undefined): string {
  const lines = text.split("\n");
  const wrapped = columns === undefined ? lines : lines.map((line) => wrapLine(line, columns));
  return wrapped.join("\n").replaceAll(hang, "").replaceAll(lasting, " ");
}

/** Wide characters are those of languages that put no spaces between words. */
const wide = /[\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef]/;

/** Spaces at the beginning of a line, with the colours that begin there. */
const margin = /^(?: |\u001b\[[\d;]*m)*/;

function wrapLine(line: string, columns: number): string {
  // A character takes at most two columns, and texts that are short need no measuring.
  if (line.length * 2 <= columns || stringWidth(line.replaceAll(hang, "")) <= columns) return line;
  const at = line.indexOf(hang);
  const start = at === -1 ? (margin.exec(line)?.[0].length ?? 0) : at;
  const head = line.slice(0, start);
  const body = line.slice(start).replaceAll(hang, "");
  const indent = stringWidth(head);
  const hard = wide.test(body);
  // Beside a label that fills half of the line there is too little room, and beside any label for
  // a command.
  const isTooWide = indent * 2 > columns || (!hard && indent + stringWidth(body.split(" ", 1)[0] ?? "") > columns);
  const isBelow = isTooWide && head.trim() !== "";
  const room = columns - (isBelow ? 4 : indent);
  const first = isBelow ? `${head.trimEnd()}\n    ` : head;
  return first + wrapAnsi(body, room, { hard }).replaceAll("\n", `\n${" ".repeat(columns - room)}`);
}
