import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const folder = new URL("../../../../assets/ifeval/", import.meta.url);

/** The text of a gzipped file that is in the package. */
export function assetText(name: string): string {
  return gunzipSync(readFileSync(fileURLToPath(new URL(name, folder)))).toString("utf8");
}
