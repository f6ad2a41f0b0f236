import { UsageError } from "../../errors.ts";
import type { Environment } from "../../platform/environment.ts";

/** Header names in small letters, with their values. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** Headers that the connection decides. */
const ownNames = new Set([
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "expect",
  "te",
  "trailer",
  "proxy-authorization",
]);
/** Headers that hold a key. With one of them no other key is sent. */
const keyNames = ["authorization", "api-key", "x-api-key", "x-goog-api-key", "ocp-apim-subscription-key"];

/**
 * The user's own headers, with `${NAME}` replaced by the environment variable of that name.
 * @throws UsageError for a name or a value that no header can have, and for an unset variable. The
 * value is not quoted, because it may be secret.
 */
export function userHeaders(headers: RequestHeaders, env: Environment): RequestHeaders {
  const found: Record<string, string> = {};
  for (const [name, template] of Object.entries(headers)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw new UsageError(`--header: ${JSON.stringify(name)} is no header's name.`);
    if (ownNames.has(name.toLowerCase())) throw new UsageError(`--header: ${name} is set by the connection, and cannot be given.`);
    const value = template
      .replace(/\$\{(\w+)\}/g, (_, variable: string) => {
        const set = env[variable]?.trim();
        if (!set) throw new UsageError(`--header ${name}: the environment variable ${variable} is not set.`);
        return set;
      })
      .trim();
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw new UsageError(`--header ${name}: the value holds a line break or another character that no header can have.`);
    found[name.toLowerCase()] = value;
  }
  return found;
}

/**
 * All headers of a request. A key goes as a bearer token, or as `api-key` where Azure wants it.
 * User and password of the address count when there is no key.
 */
export function requestHeaders(url: URL, apiKey: string | undefined, own: RequestHeaders): RequestHeaders {
  const key = keyNames.some((name) => name in own) ? {} : keyHeader(url, apiKey);
  return { "content-type": "application/json", accept: "application/json", ...key, ...own };
}

function keyHeader(url: URL, apiKey: string | undefined): RequestHeaders {
  if (apiKey !== undefined)
    return isAzure(url) && !apiKey.startsWith("eyJ") ? { "api-key": apiKey } : { authorization: `Bearer ${apiKey}` };
  if (url.username === "") return {};
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/** Azure takes its keys as `api-key`, and tokens of Entra ID, which are JSON, as bearer tokens. */
function isAzure({ hostname, pathname }: URL): boolean {
  return /\.(?:openai|cognitiveservices|services\.ai)\.azure\.com$/.test(hostname) || pathname.startsWith("/openai/deployments/");
}

/** Parts of header values that are secret wherever they stand. Short ones are words, not keys. */
export function secretsIn(headers: RequestHeaders): string[] {
  return Object.values(headers).flatMap((value) => [value, ...value.split(/\s+/)].filter((part) => part.length >= 8));
}

/** Providers that answer nothing without a key. */
const keyedHosts =
  /(?:^|\.)(?:api\.openai\.com|openai\.azure\.com|openrouter\.ai|api\.groq\.com|api\.together\.(?:xyz|ai)|api\.mistral\.ai|api\.deepseek\.com|api\.anthropic\.com|generativelanguage\.googleapis\.com|api\.fireworks\.ai|router\.huggingface\.co|api\.x\.ai|api\.cerebras\.ai|api\.deepinfra\.com|api\.perplexity\.ai|api\.cohere\.(?:ai|com)|integrate\.api\.nvidia\.com|api\.sambanova\.ai|api\.moonshot\.(?:ai|cn)|dashscope(?:-intl)?\.aliyuncs\.com|open\.bigmodel\.cn|api\.siliconflow\.(?:cn|com)|api\.hyperbolic\.xyz|api\.novita\.ai)$/;

/** Whether a server is known to refuse requests without a key. */
export function wantsKey({ hostname }: URL): boolean {
  return keyedHosts.test(hostname);
}

/** Whether a request holds a key of any kind. */
export function holdsKey(headers: RequestHeaders): boolean {
  return keyNames.some((name) => name in headers) || "cookie" in headers;
}
