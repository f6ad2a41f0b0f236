import { readFileSync } from "node:fs";
import { lockName } from "./environment-folder.ts";
import { toolPath } from "./run-tool.ts";

/** The versions of the lock, by the package's name. */
export function lockedVersions(): ReadonlyMap<string, string> {
  const lines = readFileSync(toolPath(lockName), "utf8").matchAll(/^([\w.-]+)==([^\s;\\]+)/gm);
  return new Map([...lines].map(([, name = "", version = ""]) => [name, version]));
}

/**
 * Packages whose version is not the lock's, such as `trl 1.10.0 (1.16.0)`. Builds for a kind of
 * machine, such as `2.15.0+cpu`, are the same version.
 * @param found Versions by name. Names that the lock has not are passed over.
 */
export function otherVersions(found: Readonly<Record<string, string>>): string[] {
  const locked = lockedVersions();
  return Object.entries(found).flatMap(([name, version]) => {
    const wanted = locked.get(name);
    return wanted === undefined || version.replace(/\+.*$/, "") === wanted ? [] : [`${name} ${version} (${wanted})`];
  });
}
