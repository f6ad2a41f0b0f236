import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { z } from "zod";

const root = new URL("../", import.meta.url);
const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(new URL(name, root), "utf8"));
const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ integrity: z.string().optional(), resolved: z.string().optional(), link: z.boolean().optional() }),
    ),
  })
  .parse(await read("package-lock.json"));
/** Without what stands for packages that are left out (`overrides`), and without this one. */
const packages = Object.entries(lock.packages).filter(([path, { link }]) => path !== "" && link !== true && !path.endsWith("/stubs/empty"));

/** Optional packages of the engine, of a version for which no integrity could be had. */
const unchecked = ["linux-riscv64", "mac-arm64-metal", "mac-x64", "win-arm64", "win-x64"].map(
  (name) => `node_modules/@node-llama-cpp/${name}`,
);

test("the lock file has the SHA-512 of every package, and names no registry", () => {
  expect(packages.length).toBeGreaterThan(400);
  expect(packages.filter(([, { integrity }]) => !(integrity ?? "").startsWith("sha512-")).map(([path]) => path)).toEqual(unchecked);
  expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test("npm run sbom lists what a user runs, with its hashes, and nothing else", async () => {
  await promisify(execFile)(process.execPath, [fileURLToPath(new URL("scripts/sbom.mjs", root))]);
  const component = z.object({ name: z.string(), hashes: z.array(z.object({ alg: z.string() })).optional() });
  const sbom = z
    .object({ bomFormat: z.literal("CycloneDX"), metadata: z.object({ component }), components: z.array(component) })
    .parse(await read("sbom.cdx.json"));
  const names = sbom.components.map(({ name }) => name);
  expect(sbom.metadata.component.name).toBe("sysgen");
  const { dependencies } = z.object({ dependencies: z.record(z.string(), z.string()) }).parse(await read("package.json"));
  expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  expect(names).not.toContain("vitest");
  expect(sbom.components.filter(({ hashes }) => hashes === undefined)).toEqual([]);
});
