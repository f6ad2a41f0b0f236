import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const { devDependencies, dependencies, optionalDependencies, peerDependencies } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);

/** Packages that a user's npm installs, or that a user may install. */
export const installedPackages = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });

const sources = readdirSync(join(root, "src"), { recursive: true }).filter((name) => /(?<!\.test)\.tsx?$/.test(name));
const imported = sources.flatMap((name) => [
  ...readFileSync(join(root, "src", name), "utf8").matchAll(/\b(?:from |import ?\(?)"((?:@[^/"]+\/)?[^/".]+)/g),
]);

/**
 * Packages that the build puts into `dist`, with what they import. These are the ones that the
 * program imports and a user does not install. Of each a small part is used, and all of them would
 * be several times as large.
 */
export const bundledPackages = [...new Set(imported.map(([, name]) => name))]
  .filter((name) => name in devDependencies && !installedPackages.includes(name))
  .toSorted();

/** Packages that a user installs for the library, of which the command line holds what it uses. */
export const packagesOfCommands = ["zod"];
