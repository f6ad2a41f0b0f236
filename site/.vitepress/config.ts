import { defineConfig, type MarkdownEnv } from "vitepress";
import packageFile from "../../package.json" with { type: "json" };
import { diagram } from "../diagram.ts";
import { anchorOf, landingOf, repository, rewrites } from "../links.ts";
import { groups } from "../pages.ts";

const pathOf = (page: string): string => `/${(rewrites[page] ?? page).replace(/(?:index)?\.md$/, "")}`;

/** The documentation as a static site. It reads the Markdown files where they are. */
export default defineConfig({
  title: "sysgen",
  description: packageFile.description,
  srcDir: "..",
  srcExclude: ["!(docs|bench)/**/*"],
  outDir: "dist",
  rewrites,
  head: [["link", { rel: "icon", href: "data:," }]],
  themeConfig: {
    sidebar: Object.entries(groups).map(([text, group]) => ({
      text,
      ...(text === "Decisions" ? { collapsed: true } : {}),
      items: Object.entries(group).map(([page, title]) => ({ text: title, link: pathOf(page) })),
    })),
    outline: [2, 3],
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: repository }],
  },
  markdown: {
    // `<name>` in prose is text, as everywhere on these pages.
    html: false,
    // Addresses in prose are examples. Links are written as links.
    linkify: false,
    anchor: { slugify: anchorOf },
    config(md) {
      md.core.ruler.push("landing", (state) => {
        const { relativePath }: MarkdownEnv = state.env;
        const page = Object.entries(rewrites).find(([, to]) => to === relativePath)?.[0] ?? relativePath;
        for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.attrGet("href");
          if (token.type === "link_open" && href !== null) token.attrSet("href", landingOf(page, href));
        }
      });
      const { rules } = md.renderer;
      const { fence } = rules;
      rules.fence = (tokens, index, ...rest) => {
        const token = tokens[index];
        return token?.info === "mermaid" ? diagram(token.content) : (fence?.(tokens, index, ...rest) ?? "");
      };
      // A block of code that is indented looks like one in fences.
      if (fence !== undefined) rules.code_block = fence;
    },
  },
});
