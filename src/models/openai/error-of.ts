import { ModelError } from "../../errors.ts";
import { excerpt } from "./excerpt.ts";
import { readQuota, readRetryAfter, type ReplyHeaders } from "./rate-limit-headers.ts";
import { wordsOf, type Refusal } from "./refusal.ts";

const overflow =
  /context.{0,20}(length|window|size)|maximum.{0,20}(length|tokens)|too many tokens|prompt.{0,20}too long|input.{0,20}too long|exceed.{0,30}context/i;
/** A quota of a minute or a day. Some hosts answer 413 to a prompt that is larger than it. */
const rateLimit = /rate.?limit|(?:tokens|requests) per (?:minute|min|hour|day)|\bTPM\b|\bTPD\b|\bRPM\b/i;
/** A fault of the request or the chat template. The server is well. */
const template =
  /jinja|chat[ _-]?template|template ?error|raise_exception|\broles? (?:must|not|alternat)|(?:system|unsupported|invalid|unknown|unexpected) role/i;
const wrongPath = /unexpected endpoint|unknown (?:url|route|path|endpoint)|no such (?:route|endpoint)|cannot (?:post|get) \//i;
const unknownModel =
  /model[_ ]not[_ ]found|model.{0,100}(?:does not exist|doesn't exist|not found|not exist|is not available|not loaded|not a valid)|(?:no such|unknown|invalid|unrecognized|could not find|unable to find|not a valid|no) model|not a valid model/i;

/** Whether a refusal says that the server has no model of this name. */
export function namesUnknownModel({ status, body }: Refusal): boolean {
  return (status === 404 || status === 400 || status === 422 || status === 200 || status >= 500) && unknownModel.test(body);
}

/** The error for a refusal by a server. */
export function errorOf(refusal: Refusal, headers: ReplyHeaders, server: string): ModelError {
  const { status, body } = refusal;
  const said = `${server} answered ${status}: ${excerpt(body) || "(no text)"}`;
  if (status === 401 || status === 402 || /insufficient_quota/.test(body)) return new ModelError("auth", said, { stops: "always", status });
  // A provider's moderation answers a single call with 403 too.
  if (status === 403) return new ModelError("auth", said, { stops: "at-first", status });
  if (status === 404 || status === 405 || (status >= 300 && status < 400) || wrongPath.test(body) || namesUnknownModel(refusal))
    return new ModelError("not-found", said, { stops: "at-first", status });
  const again = { retryable: true, status, retryAfterMs: readRetryAfter(headers), quota: readQuota(headers) };
  if (status === 429 || (status === 413 && rateLimit.test(body))) return new ModelError("rate-limit", said, again);
  if (status === 413 || ((status === 400 || status === 422) && overflow.test(body)))
    return new ModelError("context-overflow", said, { status });
  if (status >= 500 && template.test(wordsOf(body).text)) return new ModelError("bad-request", said, { status });
  if (status === 408 || status === 409 || status === 425 || status >= 500) return new ModelError("server", said, again);
  // An error without a code, under 200.
  if (status < 300) return new ModelError("bad-reply", said, { retryable: true });
  return new ModelError("bad-request", said, { status });
}
