import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHubServer, type HubServer } from "../../test/fixtures/hub-server.ts";
import { temporaryFolder, type Folder } from "../../test/fixtures/sysgen.ts";
import { UsageError } from "../errors.ts";
import { openHubDataset } from "./dataset-files.ts";
import { parseHubReference } from "./reference.ts";
import { uploadDataset, type UploadFile, type UploadOptions, type UploadProgress } from "./upload.ts";

const readme = Buffer.from("---\nlicense: mit\n---\n# 데이터\n");

async function filesIn(folder: Folder, contents: Record<string, Buffer>): Promise<UploadFile[]> {
  await mkdir(join(folder.path, "data"), { recursive: true });
  return Promise.all(Object.entries(contents).map(async ([path, content]) => ({ path, localPath: await folder.file(path, content) })));
}

function optionsFor(hub: HubServer, folder: Folder, files: readonly UploadFile[]): UploadOptions {
  return { repo: "me/set", files, title: "Add rows", env: { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token, HF_HOME: folder.path } };
}

test("a new private set gets a small and a large file, byte by byte; the token stays with the hub", async () => {
  await using hub = await startHubServer();
  await using folder = await temporaryFolder();
  // Larger than the size from which the library streams a file instead of reading it at once.
  const contents = { "README.md": readme, "data/train-00000-of-00001.parquet": randomBytes(10_500_000), "empty.txt": Buffer.alloc(0) };
  const seen: UploadProgress[] = [];
  const options = { ...optionsFor(hub, folder, await filesIn(folder, contents)), onProgress: (one: UploadProgress) => void seen.push(one) };
  const uploaded = await uploadDataset(options);
  expect(uploaded).toEqual({ url: `${hub.url}/datasets/me/set`, commit: hub.repos.get("me/set")?.branches.get("main"), sentFiles: 3 });
  for (const [path, content] of Object.entries(contents)) expect(hub.files("me/set").get(path)?.equals(content), path).toBe(true);
  expect(hub.repos.get("me/set")).toMatchObject({ isPrivate: true, titles: ["Add rows"] });
  expect(hub.requests.filter(({ host }) => host === hub.cdnHost).map(({ method, authorization }) => [method, authorization])).toEqual([
    ["PUT", undefined],
  ]);
  expect(seen.at(-1)).toMatchObject({ totalFiles: 3, doneFiles: 0 });
  expect(seen.filter(({ share }) => share === 1).map(({ path, state }) => `${path} ${state}`)).toContain(
    "data/train-00000-of-00001.parquet uploading",
  );

  // Nothing changed, so there is no commit. Then one file changed, so only that one is sent.
  expect(await uploadDataset(options)).toEqual({ ...uploaded, sentFiles: 0 });
  expect(hub.repos.get("me/set")?.titles).toHaveLength(1);
  await folder.file("README.md", `${readme.toString()}More.\n`);
  expect((await uploadDataset(options)).sentFiles).toBe(1);
  expect(hub.count(/PUT/)).toBe(1);

  const set = await openHubDataset(parseHubReference("hf:me/set"), { env: options.env });
  expect(set).toMatchObject({ split: "train", card: { licence: "mit" } });
});

test("public when told so; an existing set keeps its visibility; a branch is made", async () => {
  await using hub = await startHubServer();
  await using folder = await temporaryFolder();
  const options = optionsFor(hub, folder, await filesIn(folder, { "README.md": readme }));
  await uploadDataset({ ...options, isPrivate: false });
  expect(hub.repos.get("me/set")?.isPrivate).toBe(false);
  const onBranch = await uploadDataset({
    ...options,
    files: await filesIn(folder, { "data/a.jsonl": Buffer.from("{}\n") }),
    branch: "next",
  });
  expect(onBranch.url).toBe(`${hub.url}/datasets/me/set/tree/next`);
  expect(hub.count(/repos\/create/)).toBe(1);
  expect([...hub.files("me/set", "next").keys()]).toContain("data/a.jsonl");
  expect([...hub.files("me/set").keys()]).not.toContain("data/a.jsonl");
});

test("more than 100 files go in several commits", async () => {
  await using hub = await startHubServer();
  await using folder = await temporaryFolder();
  const contents = Object.fromEntries(
    Array.from({ length: 230 }, (_, index) => [`data/part-${index}.jsonl`, Buffer.from(`{"n":${index}}\n`)]),
  );
  const uploaded = await uploadDataset(optionsFor(hub, folder, await filesIn(folder, contents)));
  expect(uploaded.sentFiles).toBe(230);
  expect(hub.repos.get("me/set")?.titles).toEqual(["Add rows (1 of 3)", "Add rows (2 of 3)", "Add rows (3 of 3)"]);
  for (const [path, content] of Object.entries(contents)) expect(hub.files("me/set").get(path)).toEqual(content);
});

test("a busy hub is asked again; a commit that failed without an answer is not repeated blindly", async () => {
  await using hub = await startHubServer();
  await using folder = await temporaryFolder();
  const options = optionsFor(hub, folder, await filesIn(folder, { "README.md": readme }));
  hub.instead.push({ match: /preupload/, status: 500 }, { match: /commit/, status: 429, headers: { "retry-after": "0" } });
  await uploadDataset(options);
  await folder.file("README.md", "other");
  hub.instead.push({ match: /commit/, status: 500 });
  await expect(uploadDataset(options)).rejects.toThrow(/answered 500/);
  expect((await uploadDataset(options)).sentFiles).toBe(1);
});

test("what cannot be done is refused with the way on", async () => {
  await using hub = await startHubServer();
  await using folder = await temporaryFolder();
  const options = optionsFor(hub, folder, await filesIn(folder, { "README.md": readme }));
  const refused = async (changes: Partial<UploadOptions>, message: RegExp): Promise<void> => {
    const error: unknown = await uploadDataset({ ...options, ...changes }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(message);
  };
  await refused(
    { env: { HF_ENDPOINT: hub.url, HF_HOME: folder.path } },
    /needs an access token that may write: make one at .*\/settings\/tokens/,
  );
  await refused({ env: { ...options.env, HF_HUB_OFFLINE: "1" } }, /network is switched off/);
  await refused({ repo: "set" }, /expected <owner>\/<name>/);
  await refused({ files: [{ path: "../x", localPath: "x" }] }, /path "\.\.\/x"/);
  await refused({ files: [{ path: "x", localPath: join(folder.path, "none") }] }, /Cannot upload .*none: ENOENT/);
  await refused({ files: [{ path: "x", localPath: folder.path }] }, /expected a file/);
  expect(hub.requests).toEqual([]);
  await refused({ env: { ...options.env, HF_TOKEN: "hf_wrong" } }, /refuses the access token|name may be wrong/);
  await refused({ repo: "forbidden/set" }, /No access to the dataset forbidden\/set .*don't have the rights.*permission/);
  hub.add("me/set", { main: {} });
  hub.instead.push({ match: /commit/, status: 403, headers: { "x-error-message": "read-only token" } });
  await refused({}, /No access to the dataset me\/set .*read-only token/);
});
