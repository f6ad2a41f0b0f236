// Makes the command line of a few files. A start would else open some 400, which takes a third of
// its time. Of packages that are installed for the library it holds what it uses.
//
// Files that are found by the place of a module, such as a page or a Python tool, stay where they
// are. So `import.meta.url` of a module becomes the place where the module was.
import { readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";
import { installedPackages, packagesOfCommands } from "./bundled-packages.mjs";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const folder = join(dist, "cli");
const made = join(dist, "cli.part");
const inPosix = (path) => path.split(sep).join("/");

/** Bundled packages stay files of their own, since the library uses them too. */
const vendor = {
  name: "vendor",
  resolveId(specifier, importer) {
    if (!specifier.startsWith(".") || importer === undefined) return null;
    const path = relative(folder, resolve(dirname(importer), specifier));
    return path.startsWith(join("..", "vendor") + sep) ? { id: inPosix(path), external: "relative" } : null;
  },
};

const places = {
  name: "places",
  transform(code, id) {
    if (!id.startsWith(dist + sep) || !code.includes("import.meta.url")) return null;
    return code.replaceAll("import.meta.url", `new URL(${JSON.stringify(inPosix(relative(folder, id)))}, import.meta.url).href`);
  },
};

rmSync(made, { recursive: true, force: true });
await build({
  checks: { pluginTimings: false },
  input: join(folder, "main.js"),
  platform: "node",
  external: installedPackages.filter((name) => !packagesOfCommands.includes(name)),
  plugins: [vendor, places],
  output: { dir: made, entryFileNames: "main.js", chunkFileNames: "[name].js" },
});
rmSync(folder, { recursive: true });
renameSync(made, folder);
if (readdirSync(folder).some((name) => name.endsWith(".d.ts"))) throw new Error("types among the command line's files");
