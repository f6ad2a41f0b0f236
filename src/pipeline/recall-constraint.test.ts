import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { resolveConfig, type RunConfig } from "../config/run-config.ts";
import { recallConstraint } from "./recall-constraint.ts";

interface Recorded {
  readonly model?: string;
  readonly baseUrls?: readonly string[];
  readonly constraintField?: string;
}

/** The generator of a command in a directory whose run.json says this. */
async function recalled(
  form: string,
  generator: Recorded | undefined,
  command: Partial<Parameters<typeof resolveConfig>[0]> = {},
): Promise<RunConfig["generator"]> {
  await using folder = await temporaryFolder();
  const setting = (value: string) => ({ phase: "generate", value });
  const identity = { model: setting("m"), "generate.outputForm": setting(form) };
  await folder.file("run.json", JSON.stringify({ state: "finished", identity, ...(generator && { config: { generator, phases: {} } }) }));
  const config = resolveConfig({ input: "x", out: folder.path, model: "m", baseUrl: ["http://one/v1?key=secret"], ...command });
  return (await recallConstraint(config)).generator;
}
const there = { model: "m", baseUrls: ["http://one/v1"] };

test("a run goes on with the constraint that it was begun with", async () => {
  expect(await recalled("tagged", { ...there, constraintField: "none" })).toMatchObject({ constraintField: "none" });
  expect(await recalled("json", { ...there, constraintField: "json-schema" })).toMatchObject({ constraintField: "json-schema" });
  expect(await recalled("tagged", undefined)).toMatchObject({ constraintField: "none" });
  expect(await recalled("json", undefined)).toMatchObject({ constraintField: "json-schema" });
});

test("at other servers the form stays; another model, and a constraint that is named, are as they are", async () => {
  const elsewhere = { model: "m", baseUrls: ["http://two/v1"], constraintField: "json-schema" };
  expect(await recalled("json", elsewhere)).toMatchObject({ constraintField: "auto", outputForm: "json" });
  const other = await recalled("json", { ...there, constraintField: "json-schema" }, { model: "n" });
  expect([other.constraintField, other.outputForm]).toEqual(["auto", undefined]);
  expect(await recalled("json", elsewhere, { constrain: "ebnf" })).toMatchObject({ constraintField: "ebnf" });
});
