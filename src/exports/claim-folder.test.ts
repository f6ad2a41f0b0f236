import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { claimFolder } from "./claim-folder.ts";

test("a name with an ending that no file type has makes no folder", async () => {
  await using folder = await temporaryFolder();
  const to = join(folder.path, "x.xlsx");
  await expect(claimFolder(to, {})).rejects.toThrow(/--to .*x\.xlsx: unknown file type\. Expected a name that ends in \.jsonl,.*x\.xlsx\//);
  expect(existsSync(to)).toBe(false);
});

test.each(["out", "v1.5", ".out", "x.xlsx/"])("%s is a folder", async (name) => {
  await using folder = await temporaryFolder();
  await claimFolder(`${folder.path}/${name}`, {});
  expect(existsSync(join(folder.path, name))).toBe(true);
});
