import { createServer, type IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { contextOf, sampleCall } from "../../../test/fixtures/scripted-model.ts";
import { messageOf } from "../../errors.ts";
import type { ModelChoice } from "../model-choice.ts";
import { openAiServers } from "./backend.ts";
import { openAiCompatible } from "./openai-compatible.ts";

/** What of a request a server may quote, in every form that was seen in one. */
function quotes({ url = "", headers }: IncomingMessage): string {
  const { authorization = "" } = headers;
  const value = authorization.replace(/^\w+ /, "");
  const forms = [
    url,
    authorization,
    value,
    encodeURIComponent(value),
    btoa(value),
    btoa(authorization),
    JSON.stringify(JSON.stringify(value)),
  ];
  return `refused ${"x".repeat(200)} ${forms.join(" ")}`;
}

/** What one call comes to at a server that quotes the request, as a refusal or as a reply. */
async function quoted(address: string, apiKey: string | undefined, status: number): Promise<{ text: string; notices: string[] }> {
  const server = createServer((request, response) => {
    const content = quotes(request);
    const body = status === 200 ? { choices: [{ message: { content }, finish_reason: "stop" }] } : { error: { message: content } };
    request.resume().on("end", () => response.writeHead(status).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const listening = server.address();
  const port = typeof listening === "object" && listening !== null ? listening.port : 0;
  const notices: string[] = [];
  const baseUrl = address.replace("host", `127.0.0.1:${port}`);
  const model = openAiCompatible({ model: "m", baseUrl, apiKey, onNotice: (text) => notices.push(text) });
  try {
    const text = await model.call(sampleCall, contextOf()).then(({ text: said }) => said, messageOf);
    return { text, notices };
  } finally {
    await model.close();
    server.close();
  }
}

test.each([
  ["a key", "http://host/v1", "sk/9+Quoted&Key==77"],
  ["a key in the query", "http://host/v1?key=Quoted%2BKey77", undefined],
  ["a signature beside a version", "http://host/v1?api-version=2024-10-21&sig=Quoted%2FKey%3D77", undefined],
  ["a password", "http://bob:Quoted%40Key77@host/v1", undefined],
  ["a token instead of a user", "http://Quoted-Key-77@host/v1", undefined],
])("%s that a server quotes is in no error and in no reply", async (_, address, apiKey) => {
  for (const status of [200, 400, 401, 500]) {
    const { text, notices } = await quoted(address, apiKey, status);
    expect(text).toContain("refused");
    expect(text).toContain("[key]");
    const secrets = [apiKey ?? "", "Quoted", "bob:Quoted@Key77"].filter((secret) => secret !== "");
    for (const secret of secrets) {
      expect(text, String(status)).not.toContain(secret);
      expect(text, String(status)).not.toContain(btoa(secret).replace(/=+$/, "").slice(0, -1));
    }
    expect(notices).toEqual(status === 200 ? [expect.stringContaining("quotes a key in its replies")] : []);
  }
});

const choice: ModelChoice = {
  model: "m",
  baseUrls: [],
  apiKeyEnv: "MY_KEY",
  headers: {},
  constraintField: "none",
  timeoutMs: 1_000,
  contextSize: undefined,
  embedded: {},
  concurrency: undefined,
  requestsPerMinute: undefined,
  tokensPerMinute: undefined,
};

test.each([
  ["a newline", "first\nsecond", /^MY_KEY has a newline at place 6 of 12/],
  ["a return", "first\r\nsecond", /^MY_KEY has a newline/],
  ["a character that is not in sight", "first\u200bsecond", /^MY_KEY has the character U\+200B at place 6/],
  ["a control character", "first\u001b[2Jsecond", /^MY_KEY has the character U\+001B/],
])("%s in a key is refused before a server is asked, with the variable's name", async (_, key, message) => {
  const refused = openAiServers.identify({ ...choice, baseUrls: ["http://127.0.0.1:1/v1"] }, { MY_KEY: key });
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.not.toThrow(/second/);
});

test("blanks around a key are no part of it", async () => {
  const known = await openAiServers.identify({ ...choice, baseUrls: ["http://127.0.0.1:1/v1"] }, { MY_KEY: " first\n" });
  expect(known.name).toBe("m");
});

test.each(["http://bob:%zz@127.0.0.1:1/v1", "http://b%ob:x@127.0.0.1:1/v1", "http://bob:100%@127.0.0.1:1/v1"])(
  "a %% in %s that begins no escape is told in a sentence",
  async (baseUrl) => {
    await expect(openAiServers.identify({ ...choice, baseUrls: [baseUrl] }, {})).rejects.toThrow(
      /^--base-url: the (?:user name|password) holds a %/,
    );
  },
);
