import { randomBytes } from "node:crypto";
import colours from "picocolors";
import { redact, redactReply } from "../secrets.ts";
import { withoutControls } from "../texts/without-controls.ts";
import { wrapText } from "./wrap-text.ts";

// The one way of text to the terminal. Names, texts of rows and what servers say are part of it.
// None of them may control the terminal or show a secret. So all control characters are removed
// here. The program's own colours pass, because they are written as a mark that nobody can guess.
// Lines that are wider than the terminal are broken at words here too.

/** Stands for the beginning of an escape sequence, until the text is written. */
const mark = `\ue000${randomBytes(8).toString("hex")}`;

/** Stands for `token=` in an address that is meant for the user, until the text is written. */
const ownToken = `\ue003${randomBytes(8).toString("hex")}`;

/** The address of this program's own viewer, whose token messages show to the user. */
export function ownAddress(url: string): string {
  return url.replace("token=", ownToken);
}

function marked(format: (text: string) => string): (text: string) => string {
  return (text) => format(withoutControls(text)).replaceAll("\u001b[", mark);
}

/** Colours of picocolors for text that `writeOut` or `writeError` writes. */
export const pc = {
  bold: marked(colours.bold),
  dim: marked(colours.dim),
  underline: marked(colours.underline),
  red: marked(colours.red),
  green: marked(colours.green),
  yellow: marked(colours.yellow),
  cyan: marked(colours.cyan),
  magenta: marked(colours.magenta),
  blueBright: marked(colours.blueBright),
  greenBright: marked(colours.greenBright),
  magentaBright: marked(colours.magentaBright),
};

/** Text for a person, such as a summary, on stdout. */
export function writeOut(text: string): void {
  process.stdout.write(forStream(redactReply(text), process.stdout));
}

/** A result on stdout as one line of JSON. Controls that JSON leaves as they are are escaped. */
export function writeJson(value: unknown): void {
  writeJsonLine(JSON.stringify(value));
}

/** As `writeJson`, for a line that is JSON. */
export function writeJsonLine(line: string): void {
  const escaped = line.replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  process.stdout.write(`${escaped}\n`);
}

/** An error, a notice or progress, on stderr. */
export function writeError(text: string): void {
  process.stderr.write(messageFor(process.stderr, text));
}

/** A message to a person, as the stream gets it. For those who write to a stream of their own. */
export function messageFor(stream: Terminal, message: string): string {
  return forStream(redact(message), stream);
}

/** What tells whether lines are broken, and where. */
type Terminal = Pick<NodeJS.WriteStream, "isTTY" | "columns">;

/** Columns of a terminal. Undefined for a file or a pipe, which get lines as they are. */
export function columnsOf({ isTTY, columns }: Terminal): number | undefined {
  return isTTY && columns > 0 ? columns : undefined;
}

function forStream(text: string, stream: Terminal): string {
  return wrapText(withoutControls(text).replaceAll(mark, "\u001b[").replaceAll(ownToken, "token="), columnsOf(stream));
}
