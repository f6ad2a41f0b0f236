import { expect, test } from "vitest";
import { failureOf } from "./batch-failure.ts";

test.each([
  ["size", "localhost answered 413: <html>Request Entity Too Large</html>"],
  ["size", "The file size exceeds the maximum of 100 MB"],
  ["size", "Uploaded file is too large"],
  ["size", "The batch has more than 50,000 requests per file"],
  ["size", "Input exceeded 209715200 bytes"],
  ["queue", "Enqueued token limit reached for m. Limit: 90,000 enqueued tokens."],
  ["queue", '{"code":"token_limit_exceeded"}'],
  ["queue", "Too many batches are in progress"],
  ["funds", "Billing hard limit has been reached"],
  ["funds", "You exceeded your current quota, please check your plan and billing details"],
  ["other", "Rate limit: at most 100 requests per minute"],
  ["other", "Line 3 is no JSON"],
])("a refusal is one of %s: %s", (why, said) => expect(failureOf(said)).toBe(why));
