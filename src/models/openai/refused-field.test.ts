import { expect, test } from "vitest";
import { contextOf, sampleCall } from "../../../test/fixtures/scripted-model.ts";
import { startModelServer } from "../../../test/fixtures/model-server.ts";
import { openAiCompatible } from "./openai-compatible.ts";
import { refusedField } from "./refused-field.ts";

const request = { top_p: 0.9, stop: ["x"], chat_template_kwargs: {}, effort: "low" };
const blamed = (body: string): string | undefined => refusedField({ status: 400, body }, request);

test.each([
  ['{"error":{"message":"Unsupported parameter","param":"top_p"}}', "top_p"],
  ['{"detail":[{"loc":["body","chat_template_kwargs","x"],"msg":"Extra inputs are not permitted"}]}', "chat_template_kwargs"],
  ['{"error":{"message":"top_p must be in (0, 1]"}}', "top_p"],
  ['{"error":{"message":"Unrecognized request argument supplied: effort"}}', "effort"],
  ['{"error":{"message":"\'stop\' is not allowed"}}', "stop"],
  ['{"error":{"message":"Please stop: the effort is too large"}}', undefined],
  ['{"error":{"message":"max_tokens is too large"}}', undefined],
])("%s blames %s", (body, field) => expect(blamed(body)).toBe(field));

test("a field of the user's own is never left out: the refusal stops the run, with a sentence that names it", async () => {
  await using server = await startModelServer(({ body }) =>
    "effort" in body ? { status: 400, body: '{"error":{"message":"unknown field `effort`"}}' } : { text: "A" },
  );
  const model = openAiCompatible({ model: "m", baseUrl: server.url });
  const error = { kind: "bad-request", stops: "always", message: expect.stringContaining("about effort, a field of your own") as string };
  await expect(model.call({ ...sampleCall, request }, contextOf())).rejects.toMatchObject(error);
  expect(server.calls.map(({ body }) => [body["effort"], body["stop"]])).toEqual([["low", ["x"]]]);
  await model.close();
});

test("a refusal that names no field leaves the constraint, and tells which fields are the user's", async () => {
  await using server = await startModelServer(() => ({ status: 400, body: '{"error":{"message":"Extra inputs are not permitted"}}' }));
  const model = openAiCompatible({ model: "m", baseUrl: server.url, constraintField: "guided" });
  const call = { ...sampleCall, constraint: { grammar: "g", jsonSchema: {} } };
  await expect(model.call({ ...call, request: { effort: "low" } }, contextOf())).rejects.toThrow("fields of your own, effort.");
  expect(server.calls).toHaveLength(1);
  await model.close();
});
