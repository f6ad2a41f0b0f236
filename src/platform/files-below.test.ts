import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { filesBelow } from "./files-below.ts";

test("links to files and folders are followed, also in a circle, and one that leads nowhere is left out", async () => {
  await using folder = await temporaryFolder();
  const [blobs, snapshot] = [join(folder.path, "blobs"), join(folder.path, "snapshot")];
  await mkdir(join(blobs, "inner"), { recursive: true });
  await mkdir(snapshot);
  await writeFile(join(blobs, "abc"), "weights");
  await writeFile(join(blobs, "inner", "d"), "more");
  await symlink(join(blobs, "abc"), join(snapshot, "model.safetensors"));
  await symlink(join(blobs, "inner"), join(snapshot, "data"));
  await symlink(join(blobs, "gone"), join(snapshot, "gone"));
  await symlink(snapshot, join(blobs, "inner", "back"));
  expect(await filesBelow(snapshot)).toEqual([join(snapshot, "data", "d"), join(snapshot, "model.safetensors")]);
});
