import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { hubCacheFolder, hubEndpoint, hubToken, isOffline } from "./environment.ts";

test("the endpoint has no trailing slash", () => {
  expect(hubEndpoint({})).toBe("https://huggingface.co");
  expect(hubEndpoint({ HF_ENDPOINT: "" })).toBe("https://huggingface.co");
  expect(hubEndpoint({ HF_ENDPOINT: "http://mirror.example/hf//" })).toBe("http://mirror.example/hf");
});

test("the token: HF_TOKEN, else a named file, else the file of the Hugging Face folder; trimmed, empty is none", async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "huggingface"));
  await folder.file("token", "hf_home\n");
  await folder.file("huggingface/token", "hf_xdg\n");
  const named = await folder.file("named", "  hf_named \n");
  const empty = await folder.file("empty", "\n");
  expect(await hubToken({ HF_TOKEN: " hf_env ", HF_TOKEN_PATH: named })).toBe("hf_env");
  expect(await hubToken({ HF_TOKEN: "", HF_TOKEN_PATH: named, HF_HOME: folder.path })).toBe("hf_named");
  expect(await hubToken({ HF_HOME: folder.path })).toBe("hf_home");
  expect(await hubToken({ XDG_CACHE_HOME: folder.path })).toBe("hf_xdg");
  expect(await hubToken({ HF_TOKEN_PATH: empty, HF_HOME: folder.path })).toBeUndefined();
  expect(await hubToken({ HF_HOME: join(folder.path, "none") })).toBeUndefined();
});

test("the cache folder is the one of Python's huggingface_hub", () => {
  expect(hubCacheFolder({ HF_HUB_CACHE: "/a", HUGGINGFACE_HUB_CACHE: "/b", HF_HOME: "/c" })).toBe("/a");
  expect(hubCacheFolder({ HUGGINGFACE_HUB_CACHE: "/b", HF_HOME: "/c" })).toBe("/b");
  expect(hubCacheFolder({ HF_HOME: "/c", XDG_CACHE_HOME: "/d" })).toBe("/c/hub");
  expect(hubCacheFolder({ XDG_CACHE_HOME: "/d" })).toBe("/d/huggingface/hub");
  expect(hubCacheFolder({})).toBe(join(homedir(), ".cache/huggingface/hub"));
});

test.each([
  [{}, false],
  [{ HF_HUB_OFFLINE: "0" }, false],
  [{ HF_HUB_OFFLINE: "" }, false],
  [{ HF_HUB_OFFLINE: "False" }, false],
  [{ HF_HUB_OFFLINE: "1" }, true],
  [{ SYSGEN_OFFLINE: "true" }, true],
])("offline with %j: %s", (env, expected) => expect(isOffline(env)).toBe(expected));

test("an address that is none is said to be none", () => {
  expect(() => hubEndpoint({ HF_ENDPOINT: "nonsense" })).toThrow(
    'HF_ENDPOINT: expected a web address such as https://huggingface.co, found "nonsense"',
  );
});
