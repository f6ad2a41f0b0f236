import { expect, test } from "vitest";
import { engineFields } from "./engine-fields.ts";
import { embeddedEngine } from "./backend.ts";
import { modelChoice } from "../../config/model-settings.ts";

test("fields that the engine has are taken, one text that ends a reply as a list", () => {
  expect(engineFields({ top_p: 0.5, stop: "###" })).toEqual({ top_p: 0.5, stop: ["###"] });
  expect(engineFields()).toEqual({});
});

test("any other field, and a value that is none, is refused before a model is fetched", async () => {
  expect(() => engineFields({ chat_template_kwargs: {} })).toThrow(
    /request\.chat_template_kwargs: .* no such setting\. It takes top_p, min_p/,
  );
  expect(() => engineFields({ top_p: 2 })).toThrow(/request\.top_p: .* 2 is no value of it/);
  const choice = modelChoice({ request: { logit_bias: {} } });
  await expect(embeddedEngine.identify(choice, {})).rejects.toThrow("request.logit_bias");
});
