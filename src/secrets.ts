import { percentDecoded } from "./texts/percent-decoded.ts";

/**
 * The secrets of this process, which are keys, tokens and passwords. Whoever reads one from the
 * environment, a URL or a header gives it to `keepSecret`. Servers and proxies quote what they were
 * sent, so texts of theirs go through `redact` or `redactReply` before anyone shows or stores them.
 */

/** What stands for a secret in a text. */
const replacement = "[key]";

const known = new Set<string>();
/** What is replaced in messages, and in data. Made anew with each new secret. */
const patterns = { messages: none(), replies: none() };

/**
 * Makes a secret known. Does nothing with a value that is too short to be one, such as the `ollama`
 * or `EMPTY` that servers without keys are given, because words of that kind stand in many texts.
 */
export function keepSecret(value: string): void {
  if (!isSecret(value) || known.has(value)) return;
  known.add(value);
  patterns.messages = anyOf([...known]);
  patterns.replies = anyOf([...known].filter(isUnguessable));
}

/**
 * Makes the secrets in a URL known. These are the password, `user:password` (whose Base64 form is
 * HTTP's Basic scheme), a user name without a password, and the values of the query, except those
 * whose names speak of a version or a place.
 */
export function keepSecretsOf(url: URL): void {
  const { username, password, searchParams } = url;
  if (username !== "" || password !== "") {
    const [user, secret] = [percentDecoded(username) ?? username, percentDecoded(password) ?? password];
    const basic = Buffer.from(`${user}:${secret}`).toString("base64");
    for (const value of [password, secret, `${user}:${secret}`, basic, ...(password === "" ? [username, user] : [])]) keepSecret(value);
  }
  for (const [name, value] of searchParams) if (!/version|model|deployment|region|project/i.test(name)) keepSecret(value);
}

/** Replaces the secrets in a message to a person. Also replaces what looks like one. */
export function redact(message: string): string {
  return message
    .replace(patterns.messages, replacement)
    .replace(/(:\/\/)[^/\s"'<>]*@/g, `$1${replacement}@`)
    .replace(
      /((?:[?&;]|\\u0026)(?:[\w-]*(?:key|token|secret|signature|password|credential)|sig|auth|pwd)=)[^&\s"'<>\\]+/gi,
      `$1${replacement}`,
    )
    .replace(/\b(?:sk|hf|gsk|key)[-_][\w*-]{8,}/g, replacement)
    .replace(/\bBearer\s+[^\s"'\\]+/gi, `Bearer ${replacement}`)
    .replace(/\bBasic\s+(?=\S[A-Za-z0-9+/]*[A-Z0-9=])[A-Za-z0-9+/]{6,}={0,2}/g, `Basic ${replacement}`);
}

/**
 * Replaces the secrets in text that becomes data, such as a model's reply. Leaves everything else
 * as it is, also a secret that might be an ordinary word.
 */
export function redactReply(text: string): string {
  return known.size === 0 ? text : text.replace(patterns.replies, replacement);
}

/** True for values of 8 characters, and of 5 when they mix letters and digits. */
function isSecret(value: string): boolean {
  return value.length >= 8 || (value.length >= 5 && /\d/.test(value) && /[a-z]/i.test(value));
}

/** False for short words, and for words that are joined by hyphens, such as `no-key-required`. */
function isUnguessable(value: string): boolean {
  return value.length >= 20 || (value.length >= 8 && !/^[a-z]+(?:[-_ ][a-z]+)*$/.test(value));
}

/** Patterns of a value as itself, as it stands in URLs, JSON and HTML, and in Base64. */
function formsOf(value: string): string[] {
  return [Array.from(value, patternOf).join(""), ...base64Of(value)];
}

const entities: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };

/**
 * The pattern of a character that a writer of URLs, JSON or HTML may have escaped, in one layer or
 * several. Letters and digits stand for themselves.
 */
function patternOf(character: string): string {
  if (/\w/.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).padStart(2, "0");
  const escapes = [
    ...(code < 256 ? [`\\\\*\\x${hex}`] : [character]),
    `\\\\+u${anyCase(hex.padStart(4, "0"))}`,
    anyCase(encodeURIComponent(character.toWellFormed()).replace(/^[^%]$/, `%${hex}`)).replaceAll("%", "%(?:25)*"),
    `&(?:${entities[character] ?? "amp"}|#0*${code}|#x0*${anyCase(hex)});`,
    ...(character === " " ? ["\\+"] : []),
  ];
  return `(?:${escapes.join("|")})`;
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/gi, (digit) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`);
}

/**
 * The characters of Base64 that a value alone decides, in the three places where it may begin in a
 * group of three bytes. Both alphabets of RFC 4648.
 */
function base64Of(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    const text = all.toString("base64").replaceAll("=", "");
    const own = text.slice(before === 0 ? 0 : before + 1, all.length % 3 === 0 ? undefined : -1);
    return own.length < 6 ? [] : [own.replace(/[+/]/g, patternOf), own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** A pattern of all forms of the values. The longest is first, so that no part of it stays. */
function anyOf(values: readonly string[]): RegExp {
  const forms = values.toSorted((a, b) => b.length - a.length).flatMap(formsOf);
  return forms.length === 0 ? none() : new RegExp(forms.join("|"), "g");
}

function none(): RegExp {
  return /(?!)/g;
}
