import { gates } from "../../../phases/gates/index.ts";
import { phases } from "../../../phases/index.ts";
import { html, type Markup } from "../markup.ts";

/** What a gate found in a new response. */
export const gateWords: Readonly<Record<string, string>> = Object.fromEntries(gates.map(({ name, finding }) => [name, finding]));

/**
 * The reason codes of rows that are not in the dataset, in words. A code that is not here speaks
 * for itself.
 */
export const reasonWords: Readonly<Record<string, string>> = {
  "invalid-json": "the line is no JSON",
  "invalid-csv": "the line is no CSV",
  "invalid-utf8": "the bytes are no UTF-8",
  "missing-column": "a column that the format needs is missing",
  "wrong-type": "a column holds something else than the format asks for",
  "not-text": "there is an image, a sound or a film",
  "rejected-answer": "the data rejects the response",
  "answer-not-an-option": "the answer is none of the options",
  "all-masked": "every response is kept out of the loss",
  "other-split": "a list of another split",
  "unknown-role": "a message has a role that is not known",
  "no-instruction": "there is no instruction",
  "no-response": "there is no response to write anew",
  "empty-instruction": "the instruction is empty",
  "empty-response": "the response is empty",
  "turn-order": "turns do not alternate",
  "assistant-first": "the conversation begins with the assistant",
  "has-system-message": "the row has a system message already",
  "row-too-large": "the row is larger than a row may be",
  "too-long": "the prompt does not fit the model's context",
  ...Object.fromEntries(phases.flatMap(({ reasons }) => Object.entries(reasons))),
  "rate-limit": "the server's rate limit",
  server: "the server's error",
  connection: "the server could not be reached",
  timeout: "the server did not answer in time",
  "bad-reply": "the server's reply could not be read",
  "damaged-file": "the input cannot be read past this point",
};

/** Why the filter removed a piece. */
export const faultWords: Readonly<Record<string, string>> = {
  "mismatched-close": "closed by another tag",
  unclosed: "never closed",
  "unknown-tag": "a tag that is none of the eight",
  "untagged-text": "text outside tags",
  "malformed-name": "a tag's name misspelt",
  "empty-phrase": "nothing between the tags",
  duplicate: "said before in the same message",
  "tag-debris": "pieces of tags in the text",
  "runs-on": "too long, or goes on with a conversation",
  "cut-off": "breaks off before its end",
  "repeats-itself": "goes round in circles",
  "copies-demonstration": "one of the prompt's own examples, or nearly",
  "copies-response": "ten words in a row of A",
  "reveals-answer": "states an answer, A's or another",
  "other-language": "another language than the row's",
  "fits-any-row": "good for any row, and others are left",
};

export const repairWords: Readonly<Record<string, string>> = {
  "stray-space": "a space within the tag",
  case: "upper or lower case",
  plural: "a plural for the singular",
  brackets: "single or missing brackets",
  "double-slash": "two slashes in the closing tag",
  unclosed: "the last phrase left open",
  decoration: "a colon, a bullet, quotes or bold around the phrase",
  retagged: "the tag of another functionality",
};

export const actionWords: Readonly<Record<string, string>> = {
  retried: "asked for again",
  "kept-original": "A kept",
  dropped: "row dropped",
  "not-checked": "could not be checked",
};

/** A code with its words below it. The code alone if there are no words. */
export function worded(code: string, words: Readonly<Record<string, string>>): Markup {
  const said = words[code];
  return said === undefined ? html`${code}` : html`${code}<small>${said}</small>`;
}
