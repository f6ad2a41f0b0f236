import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import { ModelError } from "../../errors.ts";
import { appendContent } from "./append-content.ts";

async function* bytesOf(text: string, end?: Error): AsyncGenerator<Uint8Array, void, void> {
  yield Buffer.from(text);
  if (end !== undefined) throw end;
}

test("content begins on a line of its own, and content that breaks off is not there", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "out.jsonl");
  await appendContent(bytesOf("1\n2"), path);
  await appendContent(bytesOf("3\n"), path);
  await appendContent(bytesOf("4"), path);
  const lost = new ModelError("connection", "lost");
  await expect(appendContent(bytesOf("5\n6", lost), path)).rejects.toBe(lost);
  expect(await readFile(path, "utf8")).toBe("1\n2\n3\n4\n");
});

test("a file that cannot be written is told of", async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "file"), "");
  await expect(appendContent(bytesOf("1"), join(folder.path, "file", "out"))).rejects.toThrow(
    /Cannot write .*out .*Is the folder writable/,
  );
  if (existsSync("/dev/full")) await expect(appendContent(bytesOf("1"), "/dev/full")).rejects.toThrow("the disk is full");
});
