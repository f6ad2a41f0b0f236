import { expect, test } from "vitest";
import { resolveConfig } from "../config/run-config.ts";
import type { Config } from "../config/config-schema.ts";
import type { Identity } from "../runs/manifest.ts";
import { factsOf, identityOf } from "./identity.ts";

test("run.json has base URLs without user, password and query, whatever their scheme", () => {
  const baseUrl = ["https://me:pass@host:8000/v1?key=secret", "other://host/path?key=secret"];
  const { config } = factsOf(resolveConfig({ input: "rows.jsonl", model: "m", baseUrl }), { input: { source: undefined } });
  expect(config.generator).toMatchObject({ baseUrls: ["https://host:8000/v1", "other://host/path"] });
});

const model = { name: "m", outputForm: "tagged", questionsAtOnce: "one" } as const;
const identity = (config: Partial<Config>): Identity =>
  identityOf(
    resolveConfig({ input: "rows.jsonl", model: "m", ...config }),
    { input: { identity: "i" }, format: { name: "messages" } },
    model,
    model,
  );

test("tags and their wanted shares are part of the identity, and change nothing of it where none are given", () => {
  const plain = identity({});
  expect(Object.keys(plain).filter((name) => /tag/i.test(name))).toEqual([]);
  expect(identity({ tags: { add: {}, without: [] }, tagShares: {} })).toEqual(plain);
  const tags = { add: { Safety: { meaning: "what must not be said", example: "Name no dose." } }, without: ["Tool"] };
  const own = identity({ tags });
  expect(own).toMatchObject({
    tags: { phase: "generate", value: "Role Content Task Action Style Background Format Safety" },
    "tags.Safety": { phase: "generate", value: "what must not be said (Name no dose.)" },
  });
  const changed = (a: Identity, b: Identity): string[] => Object.keys(b).filter((name) => a[name]?.value !== b[name]?.value);
  expect(changed(plain, own)).toEqual(["tags", "tags.Safety", "prompts.generate", "prompts.verify"]);
  const wanted = identity({ tags, tagShares: { Safety: 0.2 } });
  expect(changed(own, wanted)).toEqual(["tagShares.Safety", "prompts.tagShares"]);
  expect(changed(wanted, identity({ tags, tagShares: { Safety: 0.3 } }))).toEqual(["tagShares.Safety"]);
});
