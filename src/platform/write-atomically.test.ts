import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { writeAtomically } from "./write-atomically.ts";

test("a file is written whole or not at all", async () => {
  await using folder = await temporaryFolder();
  const path = await folder.file("out.jsonl", "old\n");
  function* pieces(): Generator<string> {
    yield "new\n";
    throw new Error("broken off");
  }
  await expect(writeAtomically(path, pieces())).rejects.toThrow("broken off");
  expect(await readFile(path, "utf8")).toBe("old\n");
});
