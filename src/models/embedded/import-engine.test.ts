import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { installCommand, testedVersion } from "./import-engine.ts";

test("the tested version is the one that this repository installs", () => {
  const manifest: unknown = createRequire(import.meta.url)("../../../package.json");
  const { devDependencies, peerDependencies } = z
    .object({ devDependencies: z.record(z.string(), z.string()), peerDependencies: z.record(z.string(), z.string()) })
    .parse(manifest);
  expect(devDependencies["node-llama-cpp"]).toBe(testedVersion);
  expect(peerDependencies["node-llama-cpp"]).toContain(`>=${testedVersion}`);
});

test("the command names this platform's binary alone, and a folder of its own", () => {
  const env = { SYSGEN_CACHE: "/cache" };
  expect(installCommand(env, "linux-x64")).toBe(
    `npm install --prefix ${join("/cache", "node-llama-cpp-3.22.1")} --ignore-scripts --omit=optional node-llama-cpp@3.22.1 @node-llama-cpp/linux-x64@3.22.1`,
  );
  expect(installCommand(env, "darwin-arm64")).toContain("@node-llama-cpp/mac-arm64-metal@3.22.1");
  expect(installCommand({ SYSGEN_CACHE: "/my cache" }, "win32-x64")).toContain('--prefix "');
  expect(installCommand(env, "sunos-x64")).toBeUndefined();
});

test("every platform that is named has a package of node-llama-cpp", () => {
  const manifest: unknown = createRequire(import.meta.url)("../../../node_modules/node-llama-cpp/package.json");
  const { optionalDependencies } = z.object({ optionalDependencies: z.record(z.string(), z.string()) }).parse(manifest);
  for (const platform of [
    "darwin-arm64",
    "darwin-x64",
    "linux-arm",
    "linux-arm64",
    "linux-riscv64",
    "linux-x64",
    "win32-arm64",
    "win32-x64",
  ]) {
    const name = installCommand({}, platform)?.match(/@node-llama-cpp\/[\w-]+/)?.[0] ?? "none";
    expect(optionalDependencies).toHaveProperty([name]);
  }
});
