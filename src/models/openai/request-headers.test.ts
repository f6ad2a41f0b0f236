import { expect, test } from "vitest";
import { UsageError } from "../../errors.ts";
import { redact } from "../../secrets.ts";
import { holdsKey, requestHeaders, userHeaders, wantsKey } from "./request-headers.ts";

const server = new URL("http://gpu1:8000/v1/chat/completions");
const azure = new URL("https://x.openai.azure.com/openai/deployments/d/chat/completions");

test("values are taken from the environment", () => {
  expect(userHeaders({ "API-Key": "${MY_KEY}", "X-Title": "a ${A} ${A}$B" }, { MY_KEY: " k ", A: "1" })).toEqual({
    "api-key": "k",
    "x-title": "a 1 1$B",
  });
});

test.each([
  [{ "a b": "x" }, /is no header's name/],
  [{ Host: "x" }, /Host is set by the connection/],
  [{ "content-length": "1" }, /set by the connection/],
  [{ "x-a": "${NONE}" }, /NONE is not set/],
  [{ "x-a": "a\nb" }, /a newline/],
  [{ "x-a": "${BROKEN}" }, /a newline/],
  [{ "x-a": "日本" }, /no HTTP header can hold/],
] as const)("%j is refused without its value", (headers, words) => {
  const read = (): unknown => userHeaders(headers, { BROKEN: "secret-value\r\nx: y" });
  expect(read).toThrow(UsageError);
  expect(read).toThrow(words);
  expect(read).not.toThrow(/secret-value/);
});

test("a key goes as a bearer token, and to Azure as api-key", () => {
  expect(requestHeaders(server, "k", {})).toMatchObject({ authorization: "Bearer k" });
  expect(requestHeaders(azure, "k", {})).toMatchObject({ "api-key": "k" });
  expect(requestHeaders(azure, "k", {})).not.toHaveProperty("authorization");
  expect(requestHeaders(azure, "eyJtoken", {})).toMatchObject({ authorization: "Bearer eyJtoken" });
  expect(requestHeaders(new URL("http://a:b@gpu1/v1"), undefined, {})).toMatchObject({ authorization: "Basic YTpi" });
});

test("a key in a header of the user is the only one", () => {
  for (const name of ["api-key", "x-api-key", "authorization"]) {
    const headers = requestHeaders(server, "k", { [name]: "mine" });
    expect(headers).toMatchObject({ [name]: "mine" });
    expect(Object.values(headers)).not.toContain("Bearer k");
    expect(holdsKey(headers)).toBe(true);
  }
  expect(requestHeaders(server, "k", { "x-title": "t" })).toMatchObject({ authorization: "Bearer k", "x-title": "t" });
});

test("values of headers are secrets, also behind a scheme", () => {
  requestHeaders(server, undefined, { authorization: "Token abcdefgh12XYZ" });
  expect(redact("sent abcdefgh12XYZ")).toBe("sent [key]");
});

test("who wants a key", () => {
  expect(wantsKey(new URL("https://api.openai.com/v1"))).toBe(true);
  expect(wantsKey(azure)).toBe(true);
  expect(wantsKey(new URL("https://api.openai.com.example/v1"))).toBe(false);
  expect(wantsKey(server)).toBe(false);
});
