import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openBrowser, type Browser } from "../fixtures/browser.ts";
import { startModelServer } from "../fixtures/model-server.ts";
import { sampleJudge } from "../fixtures/sample-judge.ts";
import { questions, sysgen, temporaryFolder, type Folder } from "../fixtures/sysgen.ts";

const hostile = {
  id: "<script>document.title='broken'</script>",
  question: "<script>document.title='broken'</script>",
  answer: '<img src="https://example.com/x.png" onerror="document.title=\'broken\'">',
};

/** Makes a small run and returns the page that `sysgen analyze` writes of it. */
async function reportOf(folder: Folder): Promise<string> {
  await using server = await startModelServer();
  const input = await folder.jsonl("rows.jsonl", [hostile, ...questions(30), { id: "no-answer", question: "q" }]);
  const run = join(folder.path, "a-run");
  await sysgen(["run", input, "--model", "m", "--base-url", server.url, "--out", run, "--quiet"]);
  await writeFile(join(run, "judge.json"), JSON.stringify(sampleJudge({ models: ["judge-1", "judge-2"] })));
  const { code, stdout, stderr } = await sysgen(["analyze", run]);
  expect([code, stderr]).toEqual([0, ""]);
  const path = join(run, "report.html");
  expect(stdout).toContain(path);
  return path;
}

let folder: Folder;
let path: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  path = await reportOf(folder);
});
afterAll(async () => folder[Symbol.asyncDispose]());

test("analyze writes the page beside report.json, with what judges said", async () => {
  const page = await readFile(path, "utf8");
  expect(page).toContain("<h1>a-run</h1>");
  expect(page).toContain("judge-2, system message");
  expect(page).not.toContain("<script");
});

test("a damaged judge.json is named in a sentence", async () => {
  await using other = await temporaryFolder();
  await using server = await startModelServer();
  const input = await other.jsonl("rows.jsonl", questions(1));
  const run = join(other.path, "run");
  await sysgen(["run", input, "--model", "m", "--base-url", server.url, "--out", run, "--quiet"]);
  await writeFile(join(run, "judge.json"), "{}");
  const { code, stderr } = await sysgen(["analyze", run]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: .*judge\.json is no result of sysgen judge/);
});

test("only analyze loads what draws charts", async () => {
  const loads = async (argv: string[]): Promise<boolean> =>
    /cli\/chart\.js/.test((await sysgen(argv, { env: { NODE_DEBUG: "esm,module" } })).stderr);
  expect(await loads(["--help"])).toBe(false);
  expect(await loads(["analyze", "--help"])).toBe(false);
  expect(await loads(["analyze", dirname(path), "--out", folder.path])).toBe(true);
});

describe.skipIf(chromiumPath === undefined)("in a browser", () => {
  let browser: Browser;
  let page: Page;
  const said: string[] = [];
  const asked: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.context.newPage();
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(path).href);
  });
  afterAll(async () => browser[Symbol.asyncDispose]());

  const ground = async (): Promise<string> => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");

  test("it opens from the disk, asks for nothing, runs nothing and complains of nothing", async () => {
    expect(await page.title()).toBe("a-run · SysGen report");
    expect(asked).toEqual([pathToFileURL(path).href]);
    expect(said).toEqual([]);
  });

  test("what comes before the rows to look at is at most six screens", async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    const top = await page.evaluate<number>("document.querySelector('#examples').getBoundingClientRect().top + scrollY");
    expect(top / 900).toBeLessThanOrEqual(6);
  });

  test.each([390, 768, 1440])("nothing sticks out at %i pixels, what is folded neither", async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate("document.querySelectorAll('details:not(.row)').forEach((folded) => { folded.open = true; })");
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(width);
    const charts = await page.locator("figure.chart svg:visible").all();
    expect(charts.length).toBeGreaterThan(8);
    for (const chart of charts) {
      const cut = await chart.evaluate((svg) => {
        const frame = svg.getBoundingClientRect();
        return [...svg.querySelectorAll("text")].flatMap((text) => {
          const { left, right } = text.getBoundingClientRect();
          return left < frame.left - 1 || right > frame.right + 1 ? [text.textContent] : [];
        });
      });
      expect(cut, (await chart.getAttribute("aria-label")) ?? "").toEqual([]);
    }
  });

  test("it follows the system's colours, and the reader's choice over them", async () => {
    await page.emulateMedia({ colorScheme: "light" });
    const light = await ground();
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.getByText("Light", { exact: true }).click();
    expect(await ground()).toBe(light);
    await page.emulateMedia({ colorScheme: "light" });
    // The arrow keys move between radio buttons.
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("radio", { name: "Dark" }).isChecked()).toBe(true);
    expect(await ground()).toBe(dark);
    await page.emulateMedia({ media: "print" });
    expect(await ground()).toBe("rgb(255, 255, 255)");
    await page.emulateMedia({ media: "screen" });
  });

  test("a row opens, and shows both responses", async () => {
    const row = page.locator("details.row").filter({ hasText: "no-answer" });
    await row.locator("summary").click();
    expect(await row.locator(".warning").innerText()).toContain("a column that the format needs is missing");
    const compared = page.locator("details.row[open] .sides").first();
    expect(await compared.innerText()).toMatch(/A, the input's response[\s\S]*A′, the new response/);
  });
});
