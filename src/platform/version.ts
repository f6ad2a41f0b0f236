import { createRequire } from "node:module";

/** The version in package.json, which stands beside `src` and beside `dist`. */
export function packageVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)("../../package.json");
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "unknown";
}
