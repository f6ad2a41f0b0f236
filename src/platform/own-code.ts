import { createHash } from "node:crypto";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { SysGenError, UsageError, messageOf } from "../errors.ts";

/**
 * An error that code of the user threw, or that it gave back what it may not. The message names the
 * code, and its file and line where the error tells them.
 */
export class OwnCodeError extends SysGenError {
  override readonly name = "OwnCodeError";
}

/** The error of own code that threw. @param what The code in words, such as `the gate brief`. */
export function ownCodeThrew(what: string, error: unknown): OwnCodeError {
  const place = placeOf(error);
  const kind = error instanceof Error ? error.name : "a value that is no error";
  return new OwnCodeError(`${what} threw ${kind}: ${messageOf(error)}${place === undefined ? "" : ` (${place})`}`, { cause: error });
}

/** The name of own code in run.json, in reason codes and in flags. */
export const ownName = z.string("expected a text").regex(/^[a-z][a-z0-9-]*$/, "expected lower-case letters, digits and hyphens");

/** A function of own code. What it gives back is checked where it is called. */
export const ownFunction = z.custom((value) => typeof value === "function", "expected a function");
/** The user's own mark of what own code does. */
export const ownVersion = z.string("expected a text").optional();

/**
 * Checks an object of the user's own.
 * @param what The object in words, such as `options.gates`.
 * @throws UsageError that names the first field that is wrong.
 */
export function checkOwn(schema: z.ZodType, value: unknown, what: string): void {
  const issue = schema.safeParse(value, { reportInput: true }).error?.issues[0];
  if (issue === undefined) return;
  const field = issue.path.map(String).join(".");
  const found = issue.input === undefined ? "nothing" : typeof issue.input === "object" ? "an object" : JSON.stringify(issue.input);
  throw new UsageError(`${what}: ${field === "" ? "" : `${field}: `}${issue.message}, found ${found ?? "a function"}.`);
}

/**
 * Marks what own code does. It is the user's own version, or else a hash of the function's source.
 * @param method The name of the function.
 */
export function versionOf(part: { readonly version?: string | undefined }, method: string): string {
  return part.version ?? hashOf(String(Reflect.get(part, method)));
}

/** The first 12 hexadecimal digits of a SHA-256. */
export function hashOf(content: string): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 12);
}

const ownFolder = fileURLToPath(new URL("..", import.meta.url));
const frame = /(?:\(|at (?:async )?)((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^()]*?):(\d+):\d+\)?$/;

/** The file and line where an error was thrown. Undefined if that is in this program. */
function placeOf(error: unknown): string | undefined {
  const lines = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  for (const line of lines) {
    const [, file, number] = frame.exec(line) ?? [];
    if (file === undefined) continue;
    const path = file.startsWith("file:") ? fileURLToPath(file) : file;
    return path.startsWith(ownFolder) ? undefined : `${shortPath(path)}:${number}`;
  }
  return undefined;
}

/** A path from the working directory, or the whole one where it lies elsewhere. */
export function shortPath(path: string): string {
  const short = relative(".", path);
  return short.startsWith("..") ? path : short;
}
