import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import packageFile from "../package.json" with { type: "json" };
import { pages } from "./pages.ts";

/** The repository's root, which is the site's source folder. */
export const root = fileURLToPath(new URL("../", import.meta.url));

/** Where files that are no page can be read. */
export const repository = packageFile.repository.url.replace(/^git\+/, "").replace(/\.git$/, "");

/** Paths of pages on the site, where they differ from the repository's. */
export const rewrites: Readonly<Record<string, string>> = Object.fromEntries(
  pages.filter((page) => page.endsWith("README.md")).map((page) => [page, page.replace(/README\.md$/, "index.md")]),
);

/** A heading's anchor, as GitHub makes it. One link then works in the repository and on the site. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
    .replaceAll(" ", "-");
}

/** The anchors of a page's headings. A heading that stands there twice gets `-1`, as on GitHub. */
function anchorsOf(page: string): Set<string> {
  const text = readFileSync(join(root, page), "utf8").replaceAll(/^```[^]*?^```/gm, "");
  const anchors = new Set<string>();
  for (const [, heading = ""] of text.matchAll(/^#{1,6} (.+)$/gm)) {
    const anchor = anchorOf(heading);
    let copies = 0;
    while (anchors.has(copies === 0 ? anchor : `${anchor}-${copies}`)) copies++;
    anchors.add(copies === 0 ? anchor : `${anchor}-${copies}`);
  }
  return anchors;
}

/**
 * Where a link of a page leads on the site. A page is at its path from the site's root. Any other
 * file of the repository is on the repository's web page, and addresses with a scheme stay.
 * @throws Error if the file or the heading does not exist
 */
export function landingOf(page: string, href: string): string {
  if (/^[a-z]+:/.test(href)) return href;
  const [path = "", anchor] = decodeURI(href).split("#");
  const file = path === "" ? page : relative(root, join(root, dirname(page), path)).replaceAll(sep, "/");
  if (!existsSync(join(root, file))) throw new Error(`${page} links to ${href}, and there is no ${file}`);
  if (!pages.includes(file)) {
    const kind = statSync(join(root, file)).isDirectory() ? "tree" : "blob";
    return `${repository}/${kind}/HEAD/${file}`;
  }
  if (anchor !== undefined && !anchorsOf(file).has(anchor))
    throw new Error(`${page} links to ${href}, and no heading of ${file} has this anchor`);
  if (path === "") return href;
  return `/${rewrites[file] ?? file}${anchor === undefined ? "" : `#${anchor}`}`;
}
