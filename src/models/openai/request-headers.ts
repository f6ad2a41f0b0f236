import { UsageError } from "../../errors.ts";
import type { Environment } from "../../platform/environment.ts";
import { headerValue } from "../../platform/header-value.ts";
import { keepSecret } from "../../secrets.ts";
import { percentDecoded } from "../../texts/percent-decoded.ts";

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
export const keyNames: readonly string[] = ["authorization", "api-key", "x-api-key", "x-goog-api-key", "ocp-apim-subscription-key"];

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
    found[name.toLowerCase()] = headerValue(value, `--header ${name}`);
  }
  return found;
}

/**
 * All headers of a request. A key goes as a bearer token, or as `api-key` where Azure wants it.
 * User and password of the address count when there is no key.
 */
export function requestHeaders(url: URL, apiKey: string | undefined, own: RequestHeaders): RequestHeaders {
  // A scheme may stand before the secret, as in "Bearer abc".
  for (const value of Object.values(own)) for (const part of [value, ...value.split(/\s+/)]) keepSecret(part);
  const key = keyNames.some((name) => name in own) ? {} : keyHeader(url, apiKey);
  return { "content-type": "application/json", accept: "application/json", ...key, ...own };
}

function keyHeader(url: URL, apiKey: string | undefined): RequestHeaders {
  if (apiKey !== undefined)
    return isAzure(url) && !apiKey.startsWith("eyJ") ? { "api-key": apiKey } : { authorization: `Bearer ${apiKey}` };
  if (url.username === "") return {};
  const credentials = `${decoded(url.username, "user name")}:${decoded(url.password, "password")}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

function decoded(part: string, what: string): string {
  const text = percentDecoded(part);
  if (text === undefined)
    throw new UsageError(`--base-url: the ${what} holds a % that begins no escape such as %40. Write the % itself as %25.`);
  return text;
}

/** Azure takes its keys as `api-key`, and tokens of Entra ID, which are JSON, as bearer tokens. */
function isAzure({ hostname, pathname }: URL): boolean {
  return /\.(?:openai|cognitiveservices|services\.ai)\.azure\.com$/.test(hostname) || pathname.startsWith("/openai/deployments/");
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
