import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { claimFolder } from "./claim-folder.ts";

test("a name with an ending that no file type has makes no folder", async () => {
  await using folder = await temporaryFolder();
  const to = join(folder.path, "x.xlsx");
  await expect(claimFolder(to, { sides: [] })).rejects.toThrow(
    /--to .*x\.xlsx: unknown file type\. Expected a name that ends in \.jsonl,.*x\.xlsx\//,
  );
  expect(existsSync(to)).toBe(false);
});

test.each(["out", "v1.5", ".out", "x.xlsx/"])("%s is a folder", async (name) => {
  await using folder = await temporaryFolder();
  await claimFolder(`${folder.path}/${name}`, { sides: [] });
  expect(existsSync(join(folder.path, name))).toBe(true);
});

const sides = [{ name: "train" }, { name: "validation" }];
const rows = { trainer: "llama-factory", format: "sharegpt", sides };

test.each([
  ["pairs of the same trainer", { trainer: "llama-factory", format: "preference" }],
  ["rows of another trainer", { trainer: "axolotl" }],
  ["data alone", { format: "messages" }],
  ["a dataset of the hub", { trainer: "hub" }],
])("%s: not beside a trainer's files", async (_, other) => {
  await using folder = await temporaryFolder();
  const to = join(folder.path, "out");
  await claimFolder(to, rows);
  await writeFile(join(to, "train.jsonl"), "");
  await expect(claimFolder(to, { ...other, sides })).rejects.toThrow(
    /^An earlier export wrote rows for llama-factory into .*out, and its files would stay beside the new ones\. Give --to a new or empty folder\.$/,
  );
  expect(await readdir(to)).toContain("train.jsonl");
});

test("the same kind of export, and any after data alone, begins without the earlier data", async () => {
  await using folder = await temporaryFolder();
  const to = join(folder.path, "out");
  for (const facts of [{ sides }, rows, { ...rows, format: "alpaca" }]) {
    await claimFolder(to, facts);
    expect((await readdir(to)).filter((name) => name.endsWith(".jsonl"))).toEqual([]);
    for (const { name } of sides) await writeFile(join(to, `${name}.jsonl`), "");
  }
});
