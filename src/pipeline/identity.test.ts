import { expect, test } from "vitest";
import { resolveConfig } from "../config/run-config.ts";
import { factsOf } from "./identity.ts";

test("run.json has base URLs without user, password and query, whatever their scheme", () => {
  const baseUrl = ["https://me:pass@host:8000/v1?key=secret", "other://host/path?key=secret"];
  const { config } = factsOf(resolveConfig({ input: "rows.jsonl", model: "m", baseUrl }), { input: { source: undefined } });
  expect(config.generator).toMatchObject({ baseUrls: ["https://host:8000/v1", "other://host/path"] });
});
