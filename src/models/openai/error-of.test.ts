import { expect, test } from "vitest";
import { errorOf } from "./error-of.ts";

test.each([
  [401, "", "auth", false, "always"],
  [403, "", "auth", false, "at-first"],
  [404, "model not found", "not-found", false, "at-first"],
  [400, '{"error":{"message":"The model `m` does not exist"}}', "not-found", false, "at-first"],
  [400, "m is not a valid model ID", "not-found", false, "at-first"],
  [200, '{"error":"Unexpected endpoint or method. (POST /chat/completions). Returning 200 anyway"}', "not-found", false, "at-first"],
  [200, '{"error":"something"}', "bad-reply", true, "never"],
  [400, "This model's maximum context length is 4096 tokens", "context-overflow", false, "never"],
  [413, "", "context-overflow", false, "never"],
  [413, "Request too large for model x on tokens per minute (TPM): Limit 6000, Requested 7200", "rate-limit", true, "never"],
  [413, '{"error":{"code":"rate_limit_exceeded"}}', "rate-limit", true, "never"],
  [422, "bad field", "bad-request", false, "never"],
  [429, "slow down", "rate-limit", true, "never"],
  [429, '{"error": {"code": "insufficient_quota"}}', "auth", false, "always"],
  [500, "", "server", true, "never"],
  [500, '{"error":{"message":"Jinja Exception: no user query found"}}', "bad-request", false, "never"],
  [503, "", "server", true, "never"],
])("%d %s is %s", (status, body, kind, retryable, stops) => {
  expect(errorOf({ status, body }, {}, "host")).toMatchObject({ kind, retryable, stops });
});
