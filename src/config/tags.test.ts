import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { standardTags } from "../records/system-message/tag-set.ts";
import { readConfigFile } from "./config-file.ts";
import { resolveConfig, type RunConfig } from "./run-config.ts";

async function configIn(yaml: string): Promise<Pick<RunConfig, "tags" | "tagShares">> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "run.yaml");
  await writeFile(path, yaml);
  try {
    return resolveConfig({ input: "rows.jsonl", ...readConfigFile(path) });
  } catch (error) {
    throw new Error(String(error).replace(folder.path, ""), { cause: error });
  }
}

test("tags are added in their place, in the order in which they are written, and left out", async () => {
  const { tags, tagShares } = await configIn(`tags:
  add:
    Safety: {meaning: " what must not be said ", after: Role, example: Name no dose.}
    Law: {meaning: the law that holds, before: Safety}
    Audience: {meaning: who reads it}
  without: [Tool, Format]
tag-shares: {Safety: 0.5, Role: 1, Law: 0}
`);
  expect(tags.names).toEqual(["Role", "Law", "Safety", "Content", "Task", "Action", "Style", "Background", "Audience"]);
  expect(tags.own[0]).toEqual({ name: "Safety", meaning: "what must not be said", example: "Name no dose." });
  expect(tagShares).toEqual({ Safety: 0.5, Role: 1, Law: 0 });
});

test("without tags, and with keys that change nothing, a run has the paper's eight", async () => {
  for (const yaml of ["limit: 1", "tags: {}", "tags: {add: {}, without: []}"]) expect((await configIn(yaml)).tags).toBe(standardTags);
  const made = async (): Promise<RunConfig["tags"]> => (await configIn("tags: {without: [Tool]}")).tags;
  expect(await made()).toBe(await made());
});

test.each([
  ["tags:\n  add:\n    role: {meaning: a}", "3: tags.add.role: expected a name that does not begin as the tag Role does"],
  ["tags:\n  add:\n    Tools: {meaning: a}", "3: tags.add.Tools: expected a name that does not begin as the tag Tool does"],
  ["tags:\n  without: [Tool]\n  add:\n    Tool: {meaning: a}", "4: tags.add.Tool: expected a name that does not begin as"],
  [
    "tags:\n  add:\n    Law: {meaning: a}\n    LAW: {meaning: b}",
    "4: tags.add.LAW: expected a name that does not begin as the tag Law does",
  ],
  ["tags:\n  add:\n    my-tag: {meaning: a}", "3: tags.add.my-tag: expected a name of 2 to 20 letters from A to Z"],
  ["tags:\n  add:\n    None: {meaning: a}", "3: tags.add.None: expected a name that is no word of a verdict"],
  ["tags:\n  add:\n    constructor: {meaning: a}", "3: tags.add.constructor: expected a name that is no word of a verdict or of a program"],
  ["tags:\n  add:\n    Law: {after: Role}", "3: tags.add.Law.meaning: expected text, found nothing"],
  ["tags:\n  add:\n    Law: {meaning: ' '}", "3: tags.add.Law.meaning: expected a text of one line"],
  ["tags:\n  add:\n    Law: {meaning: a, aftr: Role}", "3: tags.add.Law.aftr: unknown key. Known keys: meaning, example, after, before"],
  ["tags:\n  add:\n    Law: {meaning: a, after: Roles}", "3: tags.add.Law.after: expected a tag that stands there already (Role, "],
  [
    "tags:\n  without: [Tool]\n  add:\n    Law: {meaning: a, before: Tool}",
    "4: tags.add.Law.before: expected a tag that stands there already",
  ],
  ["tags:\n  add:\n    Law: {meaning: a, after: Role, before: Task}", "3: tags.add.Law.before: expected after or before, and not both"],
  [
    "tags:\n  without: [Tools]",
    '2: tags.without.0: expected one of Role, Content, Task, Action, Style, Background, Tool, Format, found "Tools"',
  ],
  [
    "tags:\n  without: [Role, Content, Task, Action, Style, Background, Tool, Format]",
    "tags.without: expected at least one tag to be left",
  ],
  ["limit: 2\ntagShares:\n  Tools: 0.2", "3: tagShares.Tools: expected a tag of the run (Role, Content, "],
  ["tags: {without: [Tool]}\ntagShares:\n  Tool: 0.2", "3: tagShares.Tool: expected a tag of the run (Role, Content, "],
  ["tagShares: {Tool: 20}", "1: tagShares.Tool: expected a number of at most 1, found 20"],
  ["tagShares: {Tool: often}", "1: tagShares.Tool: expected a number, found"],
])("%j is refused with its line", async (yaml, said) => {
  await expect(configIn(yaml)).rejects.toThrow(`run.yaml:${said}`.replace(/run\.yaml:(?=tags)/, ""));
});

test("the library is told the same", () => {
  const refused = (config: object) => () => resolveConfig({ input: "rows.jsonl", ...config });
  expect(refused({ tags: { add: { Role: { meaning: "a" } } } })).toThrow(
    'tags.add.Role: expected a name that does not begin as the tag Role does, found "Role".',
  );
  expect(refused({ tagShares: { Tools: 0.2 } })).toThrow("tagShares.Tools: expected a tag of the run");
});
