import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/**
 * What a value of a flag or a config file was expected to be, and what it is, such as `expected a
 * number of at least 1, found "abc"`. The schema is to be parsed with `reportInput`. A schema's own
 * message that says what is expected stays as it is.
 */
export function issueInWords(issue: Issue): string {
  const { message, input } = issue;
  // Lists and keys may hold secrets, as headers do, and a message of its own says enough.
  if (isOwn(message) && typeof input === "object") return message;
  return `${expectedOf(issue)}, found ${foundOf(input)}`;
}

const typeNames: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "text",
  boolean: "true or false",
  object: "keys and values",
  record: "keys and values",
  array: "a list",
};

/** Whether a message is the schema's own, and none of the library's. */
function isOwn(message: string): boolean {
  return message.startsWith("expected ");
}

function expectedOf(issue: Issue): string {
  if (isOwn(issue.message)) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return `expected ${typeNames[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `expected ${issue.values.map(String).join(" or ")}`;
    case "too_small":
      return `expected ${typeNames[issue.origin] ?? issue.origin} ${issue.inclusive === false ? "above" : "of at least"} ${issue.minimum}`;
    case "too_big":
      return `expected ${typeNames[issue.origin] ?? issue.origin} ${issue.inclusive === false ? "below" : "of at most"} ${issue.maximum}`;
    case "invalid_union":
      return `expected ${unionOf(issue.errors)}`;
    default:
      return `expected something else (${issue.message})`;
  }
}

/** What each member of a union expects, each once. */
function unionOf(errors: readonly (readonly Issue[])[]): string {
  const members = errors.flatMap(([first]) => (first === undefined ? [] : [expectedOf(first).replace("expected ", "")]));
  return [...new Set(members)].join(" or ");
}

const mostShown = 60;

function foundOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "keys and values";
  // JSON has no words for NaN and infinity.
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > mostShown ? `${text.slice(0, mostShown)}...` : text;
}
