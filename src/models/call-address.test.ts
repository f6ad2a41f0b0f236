import { expect, test } from "vitest";
import { sampleCall } from "../../test/fixtures/scripted-model.ts";
import { addressOf } from "./call-address.ts";
import type { ModelCall } from "./model.ts";

test("the address is made of all that decides the reply", () => {
  const others: ModelCall[] = [
    { ...sampleCall, messages: [{ role: "user", content: "Q2" }] },
    { ...sampleCall, sampling: { temperature: 0.1, maxOutputTokens: 5 } },
    { ...sampleCall, sampling: { temperature: 0, maxOutputTokens: 6 } },
    { ...sampleCall, sampling: { temperature: 0, maxOutputTokens: 5, seed: 1 } },
    { ...sampleCall, constraint: { grammar: "g", jsonSchema: {} } },
    { ...sampleCall, request: { top_p: 0.9 } },
    { ...sampleCall, request: { top_p: 0.8 } },
    { ...sampleCall, attempt: 1 },
    { ...sampleCall, round: 1 },
  ];
  const addresses = [addressOf("m", sampleCall), addressOf("n", sampleCall), ...others.map((other) => addressOf("m", other))];
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(addressOf("m", { ...sampleCall, request: undefined })).toBe(addresses[0]);
  // An address of a journal that was written before requests had fields of the user's own.
  expect(addresses[0]).toBe("f5DWPCHWx7jJ4fOiqgKDdqB7z1gWS_0DzckDfnlP0K0");
});
