// Makes dist what a user installs.
//
// - A file that imports a bundled package holds what it uses of it, or imports it from dist/vendor.
//   Vite does the same for the viewer's page.
// - The types that the library shows are one file, index.d.ts, which needs zod's types alone.
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { bundledPackages, installedPackages, packagesOfCommands } from "./bundled-packages.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const [dist, installed] = [join(root, "dist"), join(root, "node_modules")];
const read = (...path) => readFileSync(join(...path), "utf8");

const filesOfDist = readdirSync(dist, { recursive: true });
const importsBundled = new RegExp(`["'](?:${bundledPackages.join("|")})(?:/[^"']*)?["']`);
const entries = filesOfDist
  .filter((name) => name.endsWith(".js") && importsBundled.test(read(dist, name)))
  .map((name) => [name.replace(/\.js$/, ""), join(dist, name)]);

/** Leaves imports of the program's own files, and of packages that a user installs, as they are. */
const outside = {
  name: "outside",
  resolveId(specifier, importer) {
    const isOwn = specifier.startsWith(".") && importer?.startsWith(dist + sep);
    const isInstalled = installedPackages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
    return isOwn || isInstalled ? { id: specifier, external: true } : null;
  },
};

const requiresBundled = new RegExp(`createRequire\\(import\\.meta\\.url\\)\\((["'](?:${bundledPackages.join("|")})["'])\\)`, "g");

/** Shows the bundler what a file loads later by `createRequire`, so that it is brought along. */
const required = {
  name: "required",
  transform: (code) => (requiresBundled.test(code) ? code.replace(requiresBundled, "require($1)") : null),
};

/** Data as JSON text. An engine reads that in a third of the time of a literal. */
const data = {
  name: "data",
  async transform(code, id) {
    if (!/[/\\]eld[/\\]src[/\\]ngrams[/\\]/.test(id)) return null;
    const exported = Object.entries(await import(pathToFileURL(id).href));
    return exported.map(([name, value]) => `export const ${name} = JSON.parse(${JSON.stringify(JSON.stringify(value))});`).join("\n");
  },
};

/** A machine that is slow is told of the time that plugins take, and can do nothing about it. */
const checks = { pluginTimings: false };

const { output } = await build({
  checks,
  input: Object.fromEntries(entries),
  platform: "node",
  plugins: [outside, required, data],
  output: { dir: dist, entryFileNames: "[name].js", chunkFileNames: "vendor/[name].js" },
});

const inOneFile = { dir: dist, entryFileNames: "[name]" };
await build({
  checks,
  input: { "index.d.ts": join(dist, "index.d.ts") },
  external: installedPackages,
  plugins: [dts({ dtsInput: true })],
  output: inOneFile,
});
for (const name of filesOfDist) if (name.endsWith(".d.ts") && name !== "index.d.ts") rmSync(join(dist, name));

// The SQLite package looks for its binaries in the folder above its own, which is dist/vendor now.
cpSync(join(installed, "@photostructure/sqlite/prebuilds"), join(dist, "prebuilds"), { recursive: true });

const packageOf = (module) => module.slice(installed.length + 1).match(/^(?:@[^/\\]+[/\\])?[^/\\]+/)?.[0];
const modules = output.flatMap(({ moduleIds = [] }) => moduleIds).filter((id) => id.startsWith(installed + sep));
const names = new Set([...modules.map(packageOf), ...bundledPackages, ...packagesOfCommands]);
const notices = [...names]
  .toSorted((a, b) => a.localeCompare(b))
  .map((name) => {
    const { version, license } = JSON.parse(read(installed, name, "package.json"));
    const text = readdirSync(join(installed, name)).find((file) => /^licen[cs]e/i.test(file));
    return `${name} ${version} (${license})\n\n${text === undefined ? "" : read(installed, name, text).trim()}\n`;
  });
writeFileSync(join(dist, "vendor/NOTICES.txt"), notices.join(`\n${"-".repeat(80)}\n\n`));
