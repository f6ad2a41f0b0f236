import { createRequire } from "node:module";

/** The version in package.json, which is in the folder that holds `src` and `dist`. */
export function packageVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)("../../package.json");
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "unknown";
}
