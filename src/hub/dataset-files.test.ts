import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { lstat, mkdir, readFile, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { gitBlobId, sha256, startHubServer, type HubServer } from "../../test/fixtures/hub-server.ts";
import { temporaryFolder, type Folder } from "../../test/fixtures/sysgen.ts";
import { UsageError } from "../errors.ts";
import { tryLock } from "../platform/file-lock.ts";
import { isOutage } from "../platform/outage.ts";
import { messageOf } from "../errors.ts";
import { openHubDataset, type HubDataset, type HubOptions } from "./dataset-files.ts";
import { parseHubReference } from "./reference.ts";

const convert = "refs/convert/parquet";
const large = Buffer.from("PAR1".padEnd(5_000, "0123456789"));
const card = "---\nlicense: mit\ndataset_info:\n  splits:\n  - name: train\n    num_examples: 42\n---\n# A set\n";

interface Bench extends AsyncDisposable {
  readonly hub: HubServer;
  readonly folder: Folder;
  readonly notices: string[];
  readonly env: Record<string, string>;
  open(reference: string, env?: Record<string, string>, options?: Partial<HubOptions>): Promise<HubDataset>;
}

async function bench(): Promise<Bench> {
  const [hub, folder] = [await startHubServer(), await temporaryFolder()];
  const notices: string[] = [];
  const env = { HF_ENDPOINT: hub.url, HF_HOME: folder.path };
  return {
    hub,
    folder,
    notices,
    env,
    open: (reference, more = {}, options = {}) =>
      openHubDataset(parseHubReference(reference), { env: { ...env, ...more }, onNotice: (text) => notices.push(text), ...options }),
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const pathsOf = ({ files }: HubDataset): string[] => files.map(({ path }) => path);

describe("which files", () => {
  test("the Parquet conversion, in natural order, with licence and rows of the card", async () => {
    await using at = await bench();
    at.hub.add("a/b", {
      main: { "README.md": card, "train.jsonl": "{}\n" },
      [convert]: { "default/train/0010.parquet": large, "default/train/0002.parquet": large, "default/test/0000.parquet": large },
    });
    const set = await at.open("hf:a/b");
    expect(pathsOf(set)).toEqual(["default/train/0002.parquet", "default/train/0010.parquet"]);
    expect(set).toMatchObject({ repo: "a/b", revision: convert, config: "default", split: "train", card: { licence: "mit", rows: 42 } });
    expect(set.commit).toBe(at.hub.repos.get("a/b")?.branches.get(convert));
    expect(set.files.map(({ bytes }) => bytes)).toEqual([5_000, 5_000]);
    expect(at.hub.count(/resolve.*parquet$|cdn/)).toBe(0);
    expect(at.notices).toEqual([]);
  });

  test("an incomplete conversion gives way to the original files, and that is said; asked for by name it is read", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "train.jsonl": "{}\n" }, [convert]: { "default/partial-train/0000.parquet": large } });
    expect(pathsOf(await at.open("hf:a/b"))).toEqual(["train.jsonl"]);
    expect(at.notices).toEqual([
      expect.stringMatching(/conversion of a\/b, config default, split train is incomplete; the original files/),
    ]);
    expect(pathsOf(await at.open(`hf:a/b@${convert}`))).toEqual(["default/partial-train/0000.parquet"]);
    expect(at.notices.at(-1)).toMatch(/only the beginning of the rows/);
  });

  test("without a conversion the files of main; with a revision the files of that", async () => {
    await using at = await bench();
    at.hub.add("gsm8k", { main: { "train.jsonl": "{}\n" }, "refs/pr/3": { "data/train.csv": "a\n" } });
    expect(await at.open("hf:gsm8k")).toMatchObject({ revision: "main", config: "default", split: "train", card: {} });
    expect(pathsOf(await at.open("hf:gsm8k@refs/pr/3"))).toEqual(["data/train.csv"]);
    const commit = at.hub.repos.get("gsm8k")?.branches.get("main") ?? "";
    expect(await at.open(`hf:gsm8k@${commit}`)).toMatchObject({ revision: commit, commit });
  });

  test("a config that the hub could not convert comes from the original files", async () => {
    await using at = await bench();
    const configs = "---\nconfigs:\n- {config_name: x, data_files: x.csv}\n- {config_name: y, data_files: y.csv}\n---\n";
    at.hub.add("a/b", { main: { "README.md": configs, "x.csv": "x", "y.csv": "y" }, [convert]: { "x/train/0000.parquet": large } });
    expect(pathsOf(await at.open("hf:a/b"))).toEqual(["x/train/0000.parquet"]);
    expect(pathsOf(await at.open("hf:a/b:y"))).toEqual(["y.csv"]);
    await expect(at.open("hf:a/b:z")).rejects.toThrow(/no config "z". Its configs: x/);
  });

  test("a tree of many pages is read to its end", async () => {
    await using at = await bench();
    at.hub.pageSize = 7;
    const shards = Array.from({ length: 60 }, (_, index) => `data/train-${String(index).padStart(5, "0")}-of-00060.jsonl`);
    at.hub.add("a/b", { main: Object.fromEntries(shards.map((path) => [path, path])) });
    expect(pathsOf(await at.open("hf:a/b"))).toEqual(shards);
    expect(at.hub.count(/\/tree\//)).toBe(9);
  });

  test("what does not exist is refused with what does", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "train.jsonl": "{}\n", "test.jsonl": "{}\n" }, "v1.0": {} });
    at.hub.add("a/images", { main: { "README.md": "# Images", "cat.png": "x" } });
    const refused = async (reference: string, message: RegExp): Promise<void> => {
      const error: unknown = await at.open(reference).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(UsageError);
      expect((error as Error).message).toMatch(message);
    };
    await refused("hf:a/b:c", /no config "c". Its configs: default/);
    await refused("hf:a/b/dev", /no split "dev". Its splits: train, test. Name one: hf:a\/b\/train/);
    await refused("hf:a/b@v2", /no revision "v2". Its branches and tags: main, v1\.0/);
    await refused(`hf:a/b@${convert}`, /no revision "refs\/convert\/parquet"/);
    await refused("hf:a/nothing", /Cannot find the dataset a\/nothing .*name may be wrong .*\/datasets\/a\/nothing/);
    await refused("hf:a/images", /no files that can be read: expected \.parquet.*found README\.md, cat\.png/);
  });

  test("a path that leads out of the cache is refused", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "../../evil/train.jsonl": "{}\n" } });
    await expect(at.open("hf:a/b")).rejects.toThrow(/outside of the cache folder/);
    at.hub.add("a/c", { main: { "/tmp/train.jsonl": "{}\n" } });
    await expect(at.open("hf:a/c")).rejects.toThrow(/outside of the cache folder/);
  });
});

describe("the cache", () => {
  test("has Python's layout, verified content, and costs no request the second time", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "data/train.jsonl": "{}\n", "data/train.csv.gz": "x", "train-big.jsonl": large } });
    const seen: string[] = [];
    const set = await at.open("hf:a/b", {}, { onProgress: ({ path }) => void seen.push(path) });
    const paths = await Promise.all(set.files.flatMap((file) => [file.fetch(), file.fetch()]));
    const repo = join(at.folder.path, "hub", "datasets--a--b");
    const snapshot = join(repo, "snapshots", set.commit);
    expect(paths[0]).toBe(join(snapshot, "data/train.jsonl"));
    expect(await readFile(paths[2] ?? "")).toEqual(large);
    expect(await readlink(join(snapshot, "data/train.jsonl"))).toBe(join("..", "..", "..", "blobs", gitBlobId(Buffer.from("{}\n"))));
    expect((await readdir(join(repo, "blobs"))).toSorted()).toEqual([gitBlobId(Buffer.from("{}\n")), sha256(large)].toSorted());
    expect(await readFile(join(repo, "refs", "main"), "utf8")).toBe(set.commit);
    expect(at.hub.count(/resolve/)).toBe(2);
    expect(new Set(seen)).toEqual(new Set(["data/train.jsonl", "train-big.jsonl"]));

    const before = at.hub.requests.length;
    const again = await at.open(`hf:a/b@${set.commit}`);
    await Promise.all(again.files.map((file) => file.fetch()));
    expect(at.hub.requests).toHaveLength(before);
  });

  test("a blob of the wrong size is fetched anew; a broken transfer goes on; corrupt then good", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "train.jsonl": large } });
    const [file] = (await at.open("hf:a/b")).files;
    at.hub.breakAfter = [2_000];
    at.hub.corrupt = 1;
    const path = (await file?.fetch()) ?? "";
    expect(await readFile(path)).toEqual(large);
    expect(at.hub.requests.filter(({ path }) => path.startsWith("/cdn/")).map(({ range }) => range)).toEqual([undefined, "bytes=2000-"]);
    await writeFile(path, "cut off");
    const [again] = (await at.open("hf:a/b")).files;
    expect(await readFile((await again?.fetch()) ?? "")).toEqual(large);
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
  });

  test("a fetch that failed can be repeated", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "train.jsonl": large } });
    const [file] = (await at.open("hf:a/b")).files;
    at.hub.instead.push({ match: /resolve/, status: 403 });
    await expect(file?.fetch()).rejects.toThrow(/No access/);
    expect(existsSync((await file?.fetch()) ?? "")).toBe(true);
  });

  test("a second process waits while the first fetches, and finds the file", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "train.jsonl": large } });
    const set = await at.open("hf:a/b");
    const locks = join(at.folder.path, "hub", ".locks", "datasets--a--b");
    await mkdir(locks, { recursive: true });
    // The other process holds the lock. It ends after it has stored the blob.
    const [lock, blob] = [
      join(locks, `${sha256(large)}.sysgen.lock`),
      join(at.folder.path, "hub", "datasets--a--b", "blobs", sha256(large)),
    ];
    const code = `
      import { DatabaseSync } from ${JSON.stringify(import.meta.resolve("@photostructure/sqlite"))};
      import { mkdirSync, writeFileSync } from "node:fs";
      // As src/platform/file-lock.ts holds a file.
      const database = new DatabaseSync(${JSON.stringify(lock)});
      database.exec("BEGIN EXCLUSIVE");
      console.log("held");
      setTimeout(() => {
        mkdirSync(${JSON.stringify(join(blob, ".."))}, { recursive: true });
        writeFileSync(${JSON.stringify(blob)}, ${JSON.stringify(large.toString())});
        database.close();
        process.exit();
      }, 500);`;
    const other = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    const said = await new Promise<string>((resolve) => other.stdout.once("data", (text: Buffer) => resolve(text.toString().trim())));
    expect(said).toBe("held");
    expect(await readFile((await set.files[0]?.fetch()) ?? "")).toEqual(large);
    expect(at.notices).toEqual(["Another process is fetching train.jsonl of a/b; waiting for it."]);
    expect(at.hub.count(/resolve|cdn/)).toBe(0);
  });

  test("two openings at once fetch a blob once; waiting can be aborted", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "train.jsonl": large } });
    at.hub.beforeTransfer = () => new Promise((resolve) => setTimeout(resolve, 200));
    const [one, two] = [await at.open("hf:a/b"), await at.open("hf:a/b")];
    const [a, b] = await Promise.all([one.files[0]?.fetch(), two.files[0]?.fetch()]);
    expect(a).toBe(b);
    expect(at.hub.count(/cdn/)).toBe(1);

    at.hub.add("a/c", { main: { "train.jsonl": "{}" } });
    const controller = new AbortController();
    const three = await at.open("hf:a/c", {}, { signal: controller.signal });
    const locks = join(at.folder.path, "hub", ".locks", "datasets--a--c");
    await mkdir(locks, { recursive: true });
    using _lock = tryLock(join(locks, `${gitBlobId(Buffer.from("{}"))}.sysgen.lock`));
    const waiting = three.files[0]?.fetch();
    setTimeout(() => controller.abort(), 50);
    await expect(waiting).rejects.toThrow(/abort/i);
  });
});

describe("access", () => {
  test("a gated set says where to accept its conditions; with the token it is read", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "train.jsonl": large } }, { isGated: true });
    const [file] = (await at.open("hf:a/b")).files;
    await expect(file?.fetch()).rejects.toThrow(`a/b is gated: accept its conditions at ${at.hub.url}/datasets/a/b and set HF_TOKEN`);
    const [allowed] = (await at.open("hf:a/b", { HF_TOKEN: at.hub.token })).files;
    expect(await readFile((await allowed?.fetch()) ?? "")).toEqual(large);
  });

  test("a private set; the token file; the token never goes to another host", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "README.md": card, "train.jsonl": large, "test.jsonl": "x" } }, { isPrivate: true });
    await expect(at.open("hf:a/b")).rejects.toThrow(/Cannot find the dataset a\/b .*private: then set HF_TOKEN/);
    await at.folder.file("token", `${at.hub.token}\n`);
    at.hub.pageSize = 2;
    const set = await at.open("hf:a/b");
    await set.files[0]?.fetch();
    const tokens = (host: string): unknown[] => [
      ...new Set(at.hub.requests.filter((one) => one.host === host).map((one) => one.authorization)),
    ];
    expect(tokens(at.hub.cdnHost)).toEqual([undefined]);
    expect(tokens(new URL(at.hub.url).host)).toEqual([undefined, "Bearer hf_good"]);
  });

  test("a next page on another host gets no token", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "train.jsonl": "x" } });
    const link = `<http://${at.hub.cdnHost}/api/datasets/a/b/tree/main>; rel="next"`;
    at.hub.instead.push({ match: /tree/, status: 200, headers: { link, "content-type": "application/json" }, body: "[]" });
    await at.open("hf:a/b", { HF_TOKEN: at.hub.token });
    expect(at.hub.requests.find(({ host }) => host === at.hub.cdnHost)).toMatchObject({ authorization: undefined });
  });

  test.each(["x-error-message", "body", "json"])(
    "a token that the hub quotes in its %s is not shown, also where it is cut",
    async (where) => {
      const token = "hf_QuotedToken0815";
      const said = `no ${"x".repeat(180)} Bearer ${token} ${btoa(token)} http://eve:pass@host/?token=abc`;
      await using at = await bench();
      at.hub.add("a/b", { main: { "train.jsonl": large } });
      at.hub.instead.push({
        match: /./,
        status: 403,
        ...(where === "x-error-message"
          ? { headers: { [where]: said } }
          : { body: where === "json" ? JSON.stringify({ error: said }) : said }),
      });
      const message = await at.open("hf:a/b", { HF_TOKEN: token }).then(() => "", messageOf);
      expect(message).toContain("no xxx");
      expect(message).not.toMatch(/hf_Q|aGZf|pass@|=abc/);
    },
  );

  test("a token that no header can hold is refused before it is sent", async () => {
    await using at = await bench();
    await expect(at.open("hf:a/b", { HF_TOKEN: "hf_one\nhf_two" })).rejects.toThrow(/^HF_TOKEN has a newline at place 7 of 13/);
    await at.folder.file("token", "hf_one\u0000two\n");
    await expect(at.open("hf:a/b")).rejects.toThrow(/^The token file .*token has the character U\+0000/);
    expect(at.hub.count(/./)).toBe(0);
  });

  test("a proxy's address that cannot be used is told in a sentence", async () => {
    await using at = await bench();
    for (const HTTPS_PROXY of ["http://u:%zz@127.0.0.1:1", "no address"])
      await expect(at.open("hf:a/b", { HTTPS_PROXY })).rejects.toThrow(/^HTTPS_PROXY: expected a web address/);
  });

  test("a wrong token is told from a missing set; one of another kind is refused before it is sent", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "train.jsonl": "x" } });
    await expect(at.open("hf:a/b", { HF_TOKEN: "hf_expired" })).rejects.toThrow(/refuses the access token/);
    const before = at.hub.requests.length;
    await expect(at.open("hf:a/b", { HF_TOKEN: "sk-other" })).rejects.toThrow(/should start with hf_/);
    expect(at.hub.requests).toHaveLength(before);
  });

  test("a busy hub is asked again", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "train.jsonl": "x" } });
    at.hub.instead.push({ match: /revision/, status: 429, headers: { "retry-after": "0" } }, { match: /tree/, status: 500 });
    expect(pathsOf(await at.open("hf:a/b"))).toEqual(["train.jsonl"]);
  });
});

describe("without network", () => {
  const offline = { HF_HUB_OFFLINE: "1" };

  test("the cached files are used, and that is said; what is missing is named with the way on", async () => {
    await using at = await bench();
    at.hub.add("a/b", {
      main: { "README.md": card, "train.jsonl": "{}\n" },
      [convert]: { "default/train/0.parquet": large, "default/test/0.parquet": "x", "default/test/1.parquet": "y" },
    });
    const online = await at.open("hf:a/b");
    await online.files[0]?.fetch();
    await (await at.open("hf:a/b/test")).files[0]?.fetch();
    const before = at.hub.requests.length;
    const set = await at.open("hf:a/b", offline);
    expect(set).toMatchObject({ revision: convert, commit: online.commit, card: { licence: "mit", rows: 42 } });
    expect(await readFile((await set.files[0]?.fetch()) ?? "")).toEqual(large);
    expect(at.notices).toEqual([expect.stringMatching(/^hf:a\/b is taken from the cache \(commit .*switched off/)]);
    await expect(at.open("hf:a/b/test", offline)).rejects.toThrow(/lacks 1 of 2 files .*Run once with network/);
    await expect(at.open("hf:a/b:c", offline)).rejects.toThrow(/no config "c". Its configs: default/);
    await expect(at.open("hf:a/other", { SYSGEN_OFFLINE: "1" })).rejects.toThrow(/cache does not hold it/);
    await expect(at.open("hf:a/b@v9", offline)).rejects.toThrow(/cache does not hold it/);
    expect(at.hub.requests).toHaveLength(before);
  });

  test("the same when nobody answers at the endpoint", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "train.jsonl": large } });
    await (await at.open("hf:a/b")).files[0]?.fetch();
    const hub = await startHubServer();
    const gone = { HF_ENDPOINT: hub.url };
    await hub[Symbol.asyncDispose]();
    expect(pathsOf(await at.open("hf:a/b", gone))).toEqual(["train.jsonl"]);
    expect(at.notices.at(-1)).toMatch(/taken from the cache .*127\.0\.0\.1:\d+ cannot be reached .*ECONNREFUSED/);
    const error: unknown = await at.open("hf:a/other", gone).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(/a\/other cannot be read: .*cannot be reached/);
    expect(isOutage(error)).toBe(true);
  });

  test("files that Python fetched are used, with a word that they may not be all", async () => {
    await using at = await bench();
    at.hub.add("a/b", { main: { "train.jsonl": large } });
    await (await at.open("hf:a/b")).files[0]?.fetch();
    await rm(join(at.folder.path, "hub", "datasets--a--b", "sysgen"), { recursive: true });
    const set = await at.open("hf:a/b", offline);
    expect(await readFile((await set.files[0]?.fetch()) ?? "")).toEqual(large);
    expect(at.notices[0]).toMatch(/another program fetched/);
  });
});
