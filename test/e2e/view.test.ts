import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveConfig } from "../../src/config/run-config.ts";
import { resolveJudgeConfig } from "../../src/evaluation/judge/config.ts";
import { judgeRun } from "../../src/evaluation/judge/judge-run.ts";
import { exportRun } from "../../src/exports/export-run.ts";
import { runPipeline } from "../../src/pipeline/run-pipeline.ts";
import { chromiumPath, openBrowser, type Browser } from "../fixtures/browser.ts";
import { judgeCalls, phrasesWritten, startModelServer } from "../fixtures/model-server.ts";
import { startSysgen, sysgen, temporaryFolder, type Folder, type Running } from "../fixtures/sysgen.ts";
import { hostile, makeViewedRun, serveViewed, viewedRows } from "../fixtures/view-run.ts";

interface Viewer extends AsyncDisposable {
  readonly url: string;
  readonly running: Running;
}

/** Starts `sysgen view` as a person does. Resolves once it has printed its address. */
async function startViewer(run: string, ...flags: string[]): Promise<Viewer> {
  const running = startSysgen(["view", run, "--no-open", ...flags]);
  const url = await new Promise<string>((resolve, reject) => {
    running.process.stdout?.on("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    void running.finished.then(({ stderr }) => reject(new Error(stderr)));
  });
  return {
    url,
    running,
    async [Symbol.asyncDispose]() {
      running.process.kill("SIGINT");
      await running.finished;
    },
  };
}

let folder: Folder;
let run: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  run = await makeViewedRun(folder);
});
afterAll(() => folder[Symbol.asyncDispose]());

describe("sysgen view", () => {
  test("prints its address, answers there alone, and ends with Ctrl-C", async () => {
    const viewer = await startViewer(run);
    expect(viewer.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{48}$/);
    const page = await fetch(viewer.url);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(await page.text()).toContain("<title>");
    expect((await fetch(viewer.url, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await fetch(new URL("/api/run", viewer.url))).status).toBe(403);
    const port = new URL(viewer.url).port;
    const taken = await sysgen(["view", run, "--no-open", "--port", port]);
    expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining(`Cannot listen on port ${port}`)]);
    viewer.running.process.kill("SIGINT");
    expect((await viewer.running.finished).code).toBe(0);
  });

  test("says what is wrong where there is no run", async () => {
    const { code, stderr } = await sysgen(["view", folder.path, "--no-open"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("No run in")]);
  });

  test("opens no browser where there is no screen, and does not fail for it", async () => {
    const running = startSysgen(["view", run], { env: { DISPLAY: "", WAYLAND_DISPLAY: "" } });
    await new Promise((resolve) => running.process.stdout?.once("data", resolve));
    running.process.kill("SIGINT");
    expect((await running.finished).code).toBe(0);
  });
});

describe.skipIf(chromiumPath === undefined)("the page", () => {
  let browser: Browser;
  let viewer: Viewer;
  let page: Page;
  /** Errors that the page reported, such as refused scripts. */
  const complaints: string[] = [];
  beforeAll(async () => {
    [browser, viewer] = await Promise.all([openBrowser(), startViewer(run)]);
    page = await browser.context.newPage();
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
  });
  afterAll(async () => {
    await viewer[Symbol.asyncDispose]();
    await browser[Symbol.asyncDispose]();
  });

  const found = (): ReturnType<Page["getByTestId"]> => page.getByTestId("found");
  const ids = (): Promise<string[]> => page.locator(".table-row .cell-id").allInnerTexts();
  const open = async (query = ""): Promise<void> => {
    await page.goto(query === "" ? viewer.url : viewer.url.replace(/\?.*/, query));
    await page.locator(".table-row .outcome:visible, .table-row .origin:visible, .row h2").first().waitFor();
  };

  test("filters by menus and by text; the address keeps the filter", async () => {
    await open();
    expect(await found().innerText()).toBe("66 rows");
    expect(page.url()).not.toContain("token");
    await page.getByRole("button", { name: "Outcome" }).click();
    await page.getByLabel("dropped").check();
    await page.getByText("2 rows", { exact: true }).waitFor();
    expect(await ids()).toEqual(["bad", "empty"]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Remove the filter outcome dropped" }).click();
    await page.getByRole("searchbox").fill("Zürich");
    await page.getByText("60 rows", { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get("text")).toBe("Zürich");
    await page.reload();
    await page.getByText("60 rows", { exact: true }).waitFor();
    await page.getByRole("searchbox").fill("nothing has this");
    await page.getByText("No row fits these filters.").waitFor();
  });

  test("is worked by keys alone: down, up, open, next, back, search, help", async () => {
    await open();
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("k");
    await expect.poll(() => page.locator(".table-row[aria-selected=true] .cell-id").innerText()).toBe("mended");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "mended" }).waitFor();
    expect(new URL(page.url()).searchParams.get("row")).toBe("1");
    await page.keyboard.press("n");
    await page.getByRole("heading", { name: "refused" }).waitFor();
    await page.keyboard.press("p");
    await page.getByRole("heading", { name: "mended" }).waitFor();
    await expect.poll(() => page.getByTestId("place").innerText()).toBe("2 of 66");
    await page.keyboard.press("Escape");
    await page.locator(".table-row[aria-selected=true]").waitFor();
    await expect.poll(() => page.locator(".table-row[aria-selected=true] .cell-id").innerText()).toBe("mended");
    await page.keyboard.press("/");
    expect(await page.evaluate("document.activeElement.tagName")).toBe("INPUT");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  test("a row shows its phrases, what was removed and why, what was mended, and both responses with their differences", async () => {
    await open("?row=1");
    const phrases = page.locator(".phrase:not(.is-removed)");
    expect(await phrases.locator(".tag").allInnerTexts()).toEqual(["Role", "Task"]);
    expect(await phrases.first().innerText()).toContain("mended: case");
    expect(await page.locator(".is-removed del").allInnerTexts()).toEqual(["<<Example>>Not a tag.<</Example>>", "Judged bad."]);
    expect(await page.locator(".is-removed .why").allInnerTexts()).toEqual(["unknown-tag", "judged bad"]);
    await page.getByRole("button", { name: "Previous" }).click();
    await page.getByRole("heading", { name: "plain" }).waitFor();
    const diff = page.getByTestId("diff");
    expect((await diff.locator("del").allInnerTexts()).join(" ")).toContain("railway");
    expect((await diff.locator("ins").allInnerTexts()).join(" ")).toContain("on rails");
  });

  test("every model call behind a row, with its prompt and raw reply", async () => {
    await open("?row=2");
    await page.keyboard.press("c");
    const first = 1 + judgeCalls(phrasesWritten);
    await page
      .getByTestId("call")
      .nth(first + 1)
      .waitFor();
    expect(await page.getByTestId("call").locator("> summary").allInnerTexts()).toEqual([
      expect.stringMatching(/^generate attempt 1/),
      ...Array.from({ length: first - 1 }, () => expect.stringMatching(/^verify attempt 1/)),
      expect.stringMatching(/^respond attempt 1/),
      expect.stringMatching(/^respond attempt 2/),
    ]);
    await page.getByTestId("call").nth(first).locator("> summary").click();
    await page.getByTestId("call").nth(first).getByText("I'm sorry, but I can't help with that.").waitFor();
    await page.getByRole("cell", { name: "original kept" }).waitFor();
  });

  test("it is said who wrote a response and why, what could not be checked, and what a judge said", async () => {
    await open("?responses=original");
    expect(await page.getByTestId("counts").innerText()).toBe("63 written anew\n1 original kept\n2 dropped\n0 failed");
    expect(await page.getByTestId("money").innerText()).toMatch(/^\$\d+\.\d\d spent$/);
    expect(await page.locator(".table-row .cell-responses").allInnerTexts()).toEqual(["= original kept"]);
    expect(await page.locator(".table-row .cell-notes").allInnerTexts()).toEqual(["refusal: original kept"]);
    await using server = await startModelServer();
    await judgeRun(resolveJudgeConfig(run, { judgeModel: "j", judgeBaseUrl: [server.url] }), { env: {} });
    await page.keyboard.press("Enter");
    await page.getByText("nobody was asked").waitFor();
    expect(await page.getByTestId("origin").innerText()).toContain("original kept · by the gate refusal · asked again once (refusal)");
    expect(await page.locator(".pair-title").allInnerTexts()).toEqual(["Original response (A), kept"]);
    await page.getByText("This says nothing against the response.").waitFor();
    await open("?row=0");
    expect(await page.getByTestId("origin").innerText()).toBe("✎ written anew");
    await expect.poll(() => page.getByTestId("judged").innerText()).toContain("A tie, in both orders");
    expect(await page.getByTestId("judged").locator(".good").allInnerTexts()).toEqual(["obeyed", "obeyed", "obeyed", "obeyed"]);
  });

  test("all rows of a filter are marked at once, after a look at how many they are, and it can be undone", async () => {
    await open("?text=Z%C3%BCrich");
    await page.getByText("60 rows", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Mark all" }).click();
    await page.getByRole("heading", { name: "Mark 60 rows" }).waitFor();
    await page.getByRole("button", { name: "Drop 60" }).click();
    await page.getByText("60 rows marked drop").waitFor();
    await page.locator("#row-0 .mark-drop").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("60 rows have the mark of before").waitFor();
    await page.locator("#row-0 .mark-drop").waitFor({ state: "detached" });
  });

  test("markup in a row is text: nothing of it runs or is an element", async () => {
    await open("?row=3");
    await page.keyboard.press("c");
    await page.getByTestId("call").nth(2).waitFor();
    const text = `You are \`${hostile}\`.`;
    // In the system message, and among the judge's verdicts.
    expect(await page.locator(".phrase-text").allInnerTexts()).toEqual([text, text]);
    expect(await page.locator("article script, article img").count()).toBe(0);
    await page.keyboard.press("Escape");
    expect(await page.locator("#row-3 .cell-instruction").innerText()).toContain("<script>");
    expect(await page.evaluate("'pwned' in window")).toBe(false);
  });

  test("marks are kept in the run, seen in the table, and honoured by export", async () => {
    await open();
    await page.keyboard.press("m");
    await page.locator("#row-0 .mark-keep").waitFor();
    await open("?row=1");
    await page.getByRole("button", { name: "Drop" }).click();
    await page.locator(".mark-drop[aria-pressed=true]").waitFor();
    await page.keyboard.press("e");
    await page.keyboard.type("too vague");
    await page.keyboard.press("Enter");
    await expect.poll(() => readFile(join(run, "marks.jsonl"), "utf8")).toContain('"note":"too vague"');
    await open("?mark=drop");
    await page.getByText("1 row", { exact: true }).waitFor();
    expect(await ids()).toEqual(["mended"]);
    const to = join(folder.path, "marked.jsonl");
    const { code, stdout } = await sysgen(["export", run, "--to", to]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("1 row left out by their marks")]);
    expect(await readFile(to, "utf8")).not.toContain('"mended"');
    const variant = { responses: "new", system: { kind: "generated" }, systemRole: "system" } as const;
    const exportMarked = (marked: "keep" | "all") => exportRun({ run, to, variant, sides: [{ name: "train", share: 1 }], marked });
    expect((await exportMarked("all")).files[0]?.rows).toBe(63);
    expect(await exportMarked("keep")).toMatchObject({ files: [{ rows: 1 }], leftOutByMark: 63, notDone: 2 });
  });

  test("goes light and dark, and fits a telephone", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: "dark" });
    await open();
    const ground = (): Promise<unknown> => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const dark = await ground();
    await page.getByRole("button", { name: /^Theme/ }).click();
    await expect.poll(ground).not.toBe(dark);
    await page.getByRole("button", { name: /^Theme: light/ }).click();
    await page.getByRole("button", { name: /^Theme: dark/ }).click();
    for (const query of ["", "?row=0", "?row=4"]) {
      await open(query);
      expect(await page.evaluate("document.documentElement.scrollWidth"), query).toBe(390);
    }
    await open();
    const menus = page.locator(".filters-menus");
    await expect.poll(() => menus.getAttribute("data-more")).toBe("end");
    await menus.evaluate((element) => element.scrollTo(10_000, 0));
    await expect.poll(() => menus.getAttribute("data-more")).toBe("start");
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test("two runs beside each other", async () => {
    const other = await makeViewedRun(folder, "other", (call) => {
      const last = call.body.messages.at(-1)?.content ?? "";
      return call.phase === "respond" && last.includes("tram") ? { text: "A tram is quite another thing." } : serveViewed(call);
    });
    await using compared = await startViewer(run, "--compare", other);
    await page.goto(`${compared.url}&row=0`);
    await page.getByText("In other:").waitFor();
    // This run stands left, and what is the same in both is there once.
    expect(await page.getByTestId("diff").locator(".pair-title").allInnerTexts()).toEqual([
      expect.stringContaining("in this run"),
      expect.stringContaining("in other"),
    ]);
    expect(await page.getByTestId("diff").locator("> div").nth(1).innerText()).toContain("quite another thing");
    await page.getByText("Original response (A), the same in both runs").waitFor();
    await page.goto(`${compared.url}&row=3`);
    await page.getByText("The same in both runs.").waitFor();
    expect(await page.locator("section[aria-labelledby=system-title] .phrases").count()).toBe(1);
    await page.goto("about:blank");
  });

  test("a run that is at work is seen to go on", async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await using server = await startModelServer(async (call) => {
      if ((call.body.messages.at(-1)?.content ?? "").includes("Question 3")) await released;
      return serveViewed(call);
    });
    const out = join(folder.path, "live");
    const input = await folder.jsonl("live.jsonl", viewedRows);
    const working = runPipeline(
      resolveConfig({ input, out, model: "m", baseUrl: [server.url], concurrency: 20, verify: { keepAtLeast: 0, calibrationRows: 0 } }),
      { env: {} },
    );
    await expect.poll(() => readFile(join(out, "index.sqlite"), "utf8").catch(() => "")).not.toBe("");
    await using live = await startViewer(out);
    await page.goto(`${live.url}&order=newest`);
    await page.getByText("running", { exact: true }).waitFor();
    // All rows but Question 3 and Questions 30 to 39.
    await page.getByText("55 rows", { exact: true }).waitFor();
    await page.getByText("55 of 66 rows").waitFor();
    release();
    await working;
    await page.getByText("66 rows", { exact: true }).waitFor();
    await page.getByText("finished", { exact: true }).waitFor();
    expect(await page.getByTestId("counts").innerText()).toBe("63 written anew\n1 original kept\n2 dropped\n0 failed");
    await page.goto("about:blank");
  });

  test("nothing of all this made the browser complain: no refused script or style, no error", () => expect(complaints).toEqual([]));
});
