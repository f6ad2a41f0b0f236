import { UsageError } from "../errors.ts";
import { keepSecret } from "../secrets.ts";

/**
 * The value of an HTTP header that a user gave, such as a key. It counts as a secret from here on.
 * @param source What the user gave it in, such as the name of an environment variable.
 * @throws UsageError for a newline or another character that a header cannot hold. The message
 * names the source and the place and does not show the value.
 */
export function headerValue(value: string, source: string): string {
  keepSecret(value);
  const at = value.search(/[^\t\x20-\x7e]/);
  if (at === -1) return value;
  const code = value.codePointAt(at) ?? 0;
  const what = code === 10 || code === 13 ? "a newline" : `the character U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  throw new UsageError(`${source} has ${what} at place ${at + 1} of ${value.length}, which no HTTP header can hold. Set it anew.`);
}
