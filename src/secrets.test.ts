import { describe, expect, test } from "vitest";
import { SysGenError, messageOf } from "./errors.ts";
import { keepSecret, keepSecretsOf, redact, redactReply } from "./secrets.ts";

const key = `sekr+t/a&b="Z'9 x`;

describe("a key that is known", () => {
  keepSecret(key);
  const inJson = JSON.stringify(key).slice(1, -1);
  test.each([
    ["as it is", key],
    ["in a URL", encodeURIComponent(key)],
    ["in a URL, with small hex digits", encodeURIComponent(key).replace(/%../g, (code) => code.toLowerCase())],
    ["in a form", String(new URLSearchParams({ key })).slice(4)],
    ["in JSON", inJson],
    ["in JSON in JSON", JSON.stringify(inJson).slice(1, -1)],
    ["in JSON as PHP writes it", inJson.replaceAll("/", "\\/")],
    ["in JSON as Go writes it", inJson.replaceAll("&", "\\u0026")],
    ["in JSON as .NET writes it", inJson.replaceAll("+", "\\u002B").replaceAll("'", "\\u0027")],
    ["in a URL in a URL", encodeURIComponent(encodeURIComponent(key))],
    ["in HTML", key.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("'", "&#39;")],
    ["in Base64", Buffer.from(key).toString("base64").replace(/=+$/, "").slice(0, -1)],
    ["in Base64url, behind other bytes", Buffer.from(`user:${key}`).toString("base64url").slice(7, -1)],
    ["in Base64, amid other bytes", Buffer.from(`a${key}bc`).toString("base64").slice(2, -4)],
  ])("does not show %s", (_, form) => {
    for (const replace of [redact, redactReply]) {
      expect(replace(`no ${form} here`)).not.toContain(form);
      expect(replace(`no ${form} here`)).toMatch(/^no .*\[key\].* here$/);
    }
    expect(new SysGenError(`no ${form}.`).message).not.toContain(form);
    expect(messageOf(new TypeError(`no ${form}.`))).not.toContain(form);
  });

  test("does not show where a message was cut into it after it was made safe", () => {
    expect(redact(`${"x".repeat(290)} ${key}`).slice(0, 300)).not.toContain("sekr");
  });
});

describe("a URL's secrets", () => {
  keepSecretsOf(
    new URL("https://bob:hunter2%40secret@host/v1?key=QUERYSECRET99&api-version=2024-10-21-preview&subscription=abcd-1234-efgh"),
  );
  keepSecretsOf(new URL("https://OnlyAToken77@host/"));

  test.each(["hunter2@secret", "hunter2%40secret", btoa("bob:hunter2@secret"), "QUERYSECRET99", "abcd-1234-efgh", btoa("OnlyAToken77:")])(
    "%s is one",
    (secret) => {
      expect(redact(`said ${secret} to it`)).not.toContain(secret.slice(0, -2));
      expect(redactReply(`said ${secret} to it`)).not.toContain(secret.slice(0, -2));
    },
  );

  test("a version, a user and a host are none", () => {
    const said = "bob asked host for version 2024-10-21-preview.";
    expect(redact(said)).toBe(said);
  });
});

describe("a secret that nobody made known", () => {
  test.each([
    "https://eve:pass@cdn.example/file",
    "https://cdn.example/f?X-Amz-Signature=0123abcd&x=1",
    "/v1/chat/completions?key=abc",
    "/v1?x=1&api_key=abc",
    "/v1?a=1\\u0026access_token=abc",
    "/v1?sig=abc&b=2",
    "Authorization: Bearer abc",
    "authorization: Basic Ym9iOmh1bnRlcjI=",
    "Incorrect API key provided: sk-proj-********wxyz",
    "hf_abcdefghijklmnop is invalid",
  ])("does not show in the message %s", (message) => {
    expect(redact(message)).toContain("[key]");
    expect(redact(message)).not.toMatch(/pass@|0123abcd|=abc|Bearer abc|Ym9i|wxyz|hf_ab/);
  });

  test.each(["Basic authentication is required.", "See https://host/a?page=2&keyword=x#y.", "Mail bob@host.example about it."])(
    "is not seen in %s",
    (message) => expect(redact(message)).toBe(message),
  );
});

test("words that servers without keys are given are no secrets, and data keeps those that may be words", () => {
  for (const word of ["ollama", "EMPTY", "none", "no-key-required"]) keepSecret(word);
  const text = "Start ollama with none of the EMPTY keys, as no-key-required says: sk-0123456789.";
  expect(redactReply(text)).toBe(text);
  expect(redact("ollama: EMPTY")).toBe("ollama: EMPTY");
});
