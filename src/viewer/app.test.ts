import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostile, makeViewedRun, serveViewed, viewedRows } from "../../test/fixtures/view-run.ts";
import { judgeCalls, phrasesWritten, shown, startModelServer, type Served, type ServedCall } from "../../test/fixtures/model-server.ts";
import { analyzeRun } from "../analysis/analyze.ts";
import { resolveConfig } from "../config/run-config.ts";
import { resolveJudgeConfig } from "../evaluation/judge/config.ts";
import { judgeRun } from "../evaluation/judge/judge-run.ts";
import { writeReport } from "../report/write-report.ts";
import { runPipeline } from "../pipeline/run-pipeline.ts";
import { temporaryFolder, type Folder } from "../../test/fixtures/sysgen.ts";
import { viewerApp } from "./app.ts";
import { callsReply, rowReply, rowsPage, runReply, type RowsPage } from "./wire-shapes.ts";
import { ViewedRun } from "./viewed-run.ts";

const port = 4321;
const token = "0123456789abcdef";
const host = { host: `127.0.0.1:${port}` };
const cookie = { cookie: `sysgen-${port}=${token}` };
const own = { ...host, ...cookie };
const page = new Map([["/index.html", { type: "text/html", bytes: new Uint8Array([60]) }]]);

let folder: Folder;
let run: ViewedRun;
let other: ViewedRun;
let app: ReturnType<typeof viewerApp>;

beforeAll(async () => {
  folder = await temporaryFolder();
  const out = await makeViewedRun(folder);
  // In the other run the judge decides otherwise about one row, and the model answers another row
  // otherwise.
  const second = await makeViewedRun(folder, "other", (call) => {
    const last = call.body.messages.at(-1)?.content ?? "";
    if (call.phase === "respond" && last.includes("tram")) return { text: "Another answer about a tram." };
    if (call.phase === "verify" && last.includes("rain")) return { text: "nothing that could be read" };
    // The messages of a well-behaved model are numbered by their calls. Here they must be equal.
    if (call.phase === "generate") return serveViewed({ ...call, index: 0 });
    return serveViewed(call);
  });
  run = await ViewedRun.open(out);
  other = await ViewedRun.open(second);
  app = viewerApp({ run, other, page, port: () => port, token });
});
afterAll(async () => {
  run[Symbol.dispose]();
  other[Symbol.dispose]();
  await folder[Symbol.asyncDispose]();
});

async function get(path: string, headers: Record<string, string> = own): Promise<unknown> {
  const reply = await app.request(path, { headers });
  expect(reply.status, path).toBe(200);
  return reply.json();
}
const rowsOf = async (query: string): Promise<RowsPage> => {
  for (;;) {
    const found = rowsPage.parse(await get(`/api/rows?${query}`));
    if (found.isComplete) return found;
  }
};
const idsOf = async (query: string): Promise<string[]> => (await rowsOf(query)).rows.map(({ id }) => id);
const positionOf = (id: string): number => viewedRows.findIndex((row) => row.id === id);
const put = (position: number, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(
    app.request(`/api/rows/${position}/mark`, {
      method: "PUT",
      headers: { ...own, origin: `http://127.0.0.1:${port}`, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    }),
  );

describe("rows", () => {
  test("come page by page, in input order or the newest first", async () => {
    const first = await rowsOf("limit=10");
    expect(first.total).toBe(viewedRows.length);
    expect(first.rows.map(({ id }) => id)).toEqual(viewedRows.slice(0, 10).map(({ id }) => id));
    expect(await idsOf("limit=5&offset=60")).toEqual(viewedRows.slice(60, 65).map(({ id }) => id));
    const newest = (await rowsOf("order=newest&limit=200")).rows;
    expect(newest).toHaveLength(viewedRows.length);
    expect(newest[0]?.position).toBeGreaterThan(10);
    expect((await rowsOf("limit=100000")).rows.length).toBeLessThanOrEqual(200);
  });

  test("are filtered by outcome, reason, tag, verdict, gate, fault and repair; all filters must fit, values of one are alternatives", async () => {
    expect(await idsOf("outcome=dropped")).toEqual(["bad", "empty"]);
    expect(await idsOf("reason=no-good-phrase")).toEqual(["bad"]);
    expect(await idsOf("reason=no-good-phrase&reason=empty-response")).toEqual(["bad", "empty"]);
    expect(await idsOf("verdict=bad")).toEqual(["mended", "bad"]);
    expect(await idsOf("verdict=bad&outcome=done")).toEqual(["mended"]);
    expect(await idsOf("gate=refusal:%20kept-original")).toEqual(["refused"]);
    expect(await idsOf("action=kept-original")).toEqual(["refused"]);
    expect(await idsOf("action=retried&responses=new")).toEqual([]);
    expect(await idsOf("responses=original")).toEqual(["refused"]);
    expect((await rowsOf("responses=new")).total).toBe(viewedRows.length - 3);
    expect(await idsOf("fault=unknown-tag")).toEqual(["mended"]);
    expect(await idsOf("repair=case")).toEqual(["mended"]);
    expect((await rowsOf("tag=Style")).total).toBe(viewedRows.length - 4);
    expect(await idsOf("tag=Tool")).toEqual([]);
  });

  test("are searched in all their texts, in whatever case, and not in the words of the file", async () => {
    expect(await idsOf("text=RAIN%3F")).toEqual(["mended"]);
    expect(await idsOf("text=railway")).toEqual(["plain"]);
    expect(await idsOf("text=judged%20bad")).toEqual(["mended"]);
    expect(await idsOf("text=%3Cscript%3E")).toEqual(["hostile"]);
    expect(await idsOf('text=onerror%3D"window')).toEqual(["hostile"]);
    expect((await rowsOf("text=Z%C3%9Crich")).total).toBe(60);
    expect((await rowsOf("text=z%C3%BCrich%3F&tag=Style")).total).toBe(60);
    for (const word of ["originalResponses", "judgeModel", "sysgen"]) expect(await idsOf(`text=${word}`), word).toEqual([]);
  });

  test("a line of the table says what a person wants to see of a row", async () => {
    const { rows } = await rowsOf("limit=6");
    expect(rows[1]).toMatchObject({ id: "mended", tags: ["Role", "Task"], removed: 2, repairs: 2, outcome: "done", mark: null });
    expect(rows[2]?.gates).toEqual(["refusal: retried", "refusal: kept-original", "wrong-answer: not-checked"]);
    expect(rows.map(({ responses }) => responses)).toEqual(["new", "new", "original", "new", null, null]);
    expect(rows[5]).toMatchObject({ outcome: "dropped", phase: "read", reason: "empty-response" });
  });
});

describe("a row", () => {
  test("has its phrases, what was removed and why, repairs, the old response beside the new, and its place in the filter", async () => {
    const { row, standing } = rowReply.parse(await get(`/api/rows/${positionOf("mended")}?verdict=bad`));
    expect(row.phrases.map(({ tag, text, repairs }) => [tag, text, repairs])).toEqual([
      ["Role", "You are a guide to the weather.", ["case"]],
      ["Task", "Answer in one line.", ["double-slash"]],
    ]);
    expect(row.removed).toMatchObject([{ reason: "unknown-tag" }, { tag: "Tool", verdict: "bad", text: "Judged bad." }]);
    expect(row.messages.map(({ role, original }) => [role, original])).toEqual([
      ["user", null],
      ["assistant", "Rain is water that falls from clouds."],
    ]);
    expect(row.messages[1]?.response).toEqual({ turn: 0, origin: "new" });
    expect(JSON.parse(row.raw)).toEqual(viewedRows[1]);
    expect(standing).toEqual({ index: 0, total: 2, previous: null, next: positionOf("bad") });
  });

  test("says of its response that it is the original, kept by a gate", async () => {
    const { row } = rowReply.parse(await get(`/api/rows/${positionOf("refused")}`));
    expect(row.messages[1]).toMatchObject({ content: "Snow is frozen water.", response: { turn: 0, origin: "original" } });
    expect(row.responses).toBe("original");
  });

  test("that was dropped has its conversation and its reason; markup is carried as text", async () => {
    const bad = rowReply.parse(await get(`/api/rows/${positionOf("bad")}`)).row;
    expect(bad).toMatchObject({ outcome: "dropped", phase: "verify", reason: "no-good-phrase", phrases: [] });
    expect(bad.messages.map(({ content }) => content)).toEqual([viewedRows[4]?.question, viewedRows[4]?.answer]);
    const { row } = rowReply.parse(await get(`/api/rows/${positionOf("hostile")}`));
    expect(row.messages[1]?.content).toBe(`${hostile} and more`);
  });

  test("has every call behind it, found again in the journal", async () => {
    const { calls, note } = callsReply.parse(await get(`/api/rows/${positionOf("refused")}/calls`));
    expect(calls.map(({ phase, attempt }) => [phase, attempt])).toEqual([
      ["generate", 0],
      ...Array.from({ length: judgeCalls(phrasesWritten) }, () => ["verify", 0]),
      ["respond", 0],
      ["respond", 1],
    ]);
    expect(note).toBeNull();
    expect(calls[0]?.messages.at(-1)?.content).toContain("REFUSE this");
    expect(calls.at(-1)?.reply).toMatchObject({ text: "I'm sorry, but I can't help with that.", inputTokens: 20, outputTokens: 5 });
    const dropped = callsReply.parse(await get(`/api/rows/${positionOf("bad")}/calls`));
    // The message of the row was written again before the row was dropped.
    const verifying = Array.from({ length: judgeCalls(phrasesWritten) }, () => "verify");
    expect(dropped.calls.map(({ phase }) => phase)).toEqual(["generate", ...verifying, "generate", ...verifying]);
    expect(callsReply.parse(await get(`/api/rows/${positionOf("empty")}/calls`)).calls).toEqual([]);
  });

  test("that is not there is a 404", async () => {
    expect((await app.request("/api/rows/9999", { headers: own })).status).toBe(404);
    expect((await app.request("/api/rows/x", { headers: own })).status).toBe(404);
  });
});

test("the run says how it stands, and what its rows can be filtered by", async () => {
  await get("/api/rows/0/calls");
  const reply = runReply.parse(await get("/api/run"));
  expect(reply).toMatchObject({
    state: "finished",
    model: "m",
    format: "question-answer",
    expected: viewedRows.length,
    rowsPerSecond: null,
  });
  expect(reply.rows).toEqual({ in: 66, done: 64, writtenAnew: 63, originalKept: 1, dropped: 2, failed: 0 });
  expect(reply.facets.responses).toEqual([
    { name: "new", rows: 63 },
    { name: "original", rows: 1 },
  ]);
  // What could not be checked is no fault, and stands last although it is the most frequent.
  expect(reply.facets.action.at(-1)).toMatchObject({ name: "not-checked" });
  const paid = reply.calls.reduce((sum, { inputTokens, outputTokens }) => sum + 100 * inputTokens + 200 * outputTokens, 0);
  expect(reply.money).toEqual({ spent: expect.closeTo(paid / 1e6), projected: null, unpriced: [] });
  expect([reply.hasReport, reply.facets.judged]).toEqual([false, []]);
  expect(reply.facets.tag.map(({ name }) => name)).toEqual(["Role", "Task", "Style", "Format"]);
  expect(reply.facets.gate).toContainEqual({ name: "refusal: kept-original", rows: 1 });
  expect(reply.calls.map(({ phase }) => phase)).toEqual(["generate", "verify", "respond", "calibrate"]);
  expect(reply.compared).toMatchObject({ name: "other", rows: 66 });
});

test("two runs are compared row by row, and filtered by what differs", async () => {
  expect(await idsOf("difference=outcome")).toEqual(["mended"]);
  expect(await idsOf("difference=text&text=tram")).toEqual(["plain"]);
  expect(await idsOf("difference=missing")).toEqual([]);
  const { other: theirs, difference } = rowReply.parse(await get(`/api/rows/${positionOf("plain")}`));
  expect(difference).toBe("text");
  expect(theirs?.messages[1]?.content).toBe("Another answer about a tram.");
});

test("rows of several files are filtered by file", async () => {
  await using server = await startModelServer();
  const input = join(folder.path, "files");
  await mkdir(input);
  for (const name of ["a", "b"])
    await writeFile(join(input, `${name}.jsonl`), `${JSON.stringify({ id: name, question: "Q", answer: "A" })}\n`);
  const out = join(folder.path, "of-files");
  await runPipeline(resolveConfig({ input, out, model: "m", baseUrl: [server.url] }), { env: {} });
  using several = await ViewedRun.open(out);
  const its = viewerApp({ run: several, other: undefined, page, port: () => port, token });
  const reply = await its.request("/api/rows?file=b.jsonl", { headers: own });
  expect(rowsPage.parse(await reply.json()).rows).toMatchObject([{ id: "b", file: "b.jsonl" }]);
});

describe("marks", () => {
  test("are kept in the run directory, seen at once, and taken away again", async () => {
    const position = positionOf("plain");
    expect((await put(position, { id: "plain", mark: "drop", note: "too short" })).status).toBe(200);
    expect(await idsOf("mark=drop")).toEqual(["plain"]);
    expect(await idsOf("mark=noted")).toEqual(["plain"]);
    expect((await rowsOf("mark=unmarked")).total).toBe(viewedRows.length - 1);
    expect(rowReply.parse(await get(`/api/rows/${position}`)).row.mark).toEqual({ mark: "drop", note: "too short" });
    expect(runReply.parse(await get("/api/run")).marks).toEqual({ keep: 0, drop: 1, noted: 1 });
    await put(position, { id: "plain", mark: null, note: "" });
    expect(await idsOf("mark=drop")).toEqual([]);
    const lines = (await readFile(join(folder.path, "run/marks.jsonl"), "utf8")).trim().split("\n");
    expect(lines).toHaveLength(2);
  });

  test("of another process are seen, wherever the row is now; a torn line is passed over", async () => {
    const path = join(folder.path, "run/marks.jsonl");
    await appendFile(path, `${JSON.stringify({ id: "hostile", mark: "keep", note: "", position: 40 })}\n{"id":"plain","ma`);
    expect(await idsOf("mark=keep")).toEqual(["hostile"]);
    await put(positionOf("refused"), { id: "refused", mark: "keep", note: "" });
    expect(await idsOf("mark=keep")).toEqual(["refused", "hostile"]);
  });

  test("of a row that is another one by now, or that are none, are refused", async () => {
    expect((await put(0, { id: "mended", mark: "drop", note: "" })).status).toBe(409);
    expect((await put(0, { id: "plain", mark: "burn", note: "" })).status).toBe(400);
    expect((await put(0, { id: "plain", mark: "drop", note: "x".repeat(70_000) })).status).toBe(413);
  });
});

describe("all rows of a filter", () => {
  const post = async (path: string, body: unknown = {}): Promise<unknown> => {
    const headers = { ...own, origin: `http://127.0.0.1:${port}`, "content-type": "application/json" };
    const reply = await app.request(path, { method: "POST", headers, body: JSON.stringify(body) });
    expect(reply.status, path).toBe(200);
    return reply.json();
  };

  test("are marked at once, which can be undone; notes stay", async () => {
    const keptBefore = await idsOf("mark=keep");
    await put(positionOf("more-7"), { id: "more-7", mark: "drop", note: "too plain" });
    expect(await post("/api/marks?text=Z%C3%BCrich", { mark: "drop" })).toEqual({ rows: 60, changed: 59 });
    expect((await rowsOf("mark=drop")).total).toBe(60);
    expect(await idsOf("mark=noted")).toEqual(["more-7"]);
    expect(await post("/api/marks/undo")).toEqual({ rows: 59, changed: 59 });
    expect(await idsOf("mark=drop")).toEqual(["more-7"]);
    expect(await idsOf("mark=keep")).toEqual(keptBefore);
    expect(await post("/api/marks/undo")).toEqual({ rows: 0, changed: 0 });
    expect(await post("/api/marks", { mark: null })).toEqual({ rows: 66, changed: keptBefore.length + 1 });
    expect((await rowsOf("mark=unmarked")).total).toBe(66);
    expect(await post("/api/marks?responses=original", { mark: "keep" })).toEqual({ rows: 1, changed: 1 });
    expect(await idsOf("mark=keep")).toEqual(["refused"]);
  });

  test("stay unmarked when what is asked is no mark, or comes from elsewhere", async () => {
    const ask = async (headers: Record<string, string>, body: string): Promise<number> =>
      (await app.request("/api/marks", { method: "POST", headers: { ...own, ...headers }, body })).status;
    expect(await ask({ origin: `http://127.0.0.1:${port}` }, '{"mark":"burn"}')).toBe(400);
    expect(await ask({ origin: "https://evil.example" }, '{"mark":"drop"}')).toBe(403);
    expect(await ask({}, '{"mark":"drop"}')).toBe(403);
    expect(await idsOf("mark=drop")).toEqual([]);
  });
});

describe("a run that was judged", () => {
  /**
   * Prefers the new response about trams and the old one about rain, and finds one phrase broken.
   */
  const judge = (call: ServedCall): Served => {
    const prompt = call.body.messages.at(-1)?.content ?? "";
    if (call.phase === "judge-phrases") return { text: prompt.includes("Be friendly") && prompt.includes("tram") ? "No" : "Yes" };
    const texts = shown(prompt);
    const isNewFirst = /on rails|Response to/.test(texts["response 1"] ?? "");
    if (prompt.includes("tram")) return { text: `Reason: it names the rails.\nVerdict: ${isNewFirst ? 1 : 2}` };
    if (prompt.includes("rain")) return { text: `Reason: it is an answer.\nVerdict: ${isNewFirst ? 2 : 1}` };
    return { text: "Reason: both serve.\nVerdict: tie" };
  };

  test("has verdicts and calls on its rows, and filters by them", async () => {
    await using server = await startModelServer(judge);
    const judgeOptions = { judgeModel: "j", judgeBaseUrl: [server.url], maxRetries: 0 };
    await judgeRun(resolveJudgeConfig(join(folder.path, "run"), judgeOptions), { env: {} });
    expect(await idsOf("judged=won")).toEqual(["plain"]);
    expect(await idsOf("judged=lost")).toEqual(["mended"]);
    expect(await idsOf("judged=same%20text")).toEqual(["refused"]);
    expect(await idsOf("obedience=disobeyed%20Style&judged=won&judged=tied")).toEqual(["plain"]);
    expect(await idsOf("obedience=disobeyed%20Role")).toEqual([]);
    const { facets } = runReply.parse(await get("/api/run"));
    expect(facets.judged.map(({ name, rows }) => [name, rows])).toEqual([
      ["tied", 61],
      ["lost", 1],
      ["same text", 1],
      ["won", 1],
    ]);
    const { judged } = rowReply.parse(await get(`/api/rows/${positionOf("plain")}`));
    expect(judged).toMatchObject({
      isOutdated: false,
      judgements: [
        {
          model: "j",
          isSystemShown: true,
          pair: {
            said: "won",
            agreement: "consistent",
            orders: [{ first: "original", verdict: "new", reason: "it names the rails." }, { first: "new" }],
          },
        },
      ],
    });
    const phrases = judged?.judgements[0]?.phrases;
    expect(Array.isArray(phrases) && phrases.map(({ tag, verdict }) => `${tag} ${verdict}`)).toEqual(
      expect.arrayContaining(["Style violated", "Role obeyed"]),
    );
    expect(rowReply.parse(await get(`/api/rows/${positionOf("bad")}`)).judged).toBeNull();
    const { calls } = callsReply.parse(await get(`/api/rows/${positionOf("plain")}/calls`));
    const count = (phase: string): number => calls.filter((call) => call.phase === phase).length;
    expect([count("judge-pair"), count("judge-phrases")]).toEqual([2, phrasesWritten]);
    expect(calls.findLast(({ phase }) => phase === "judge-pair")?.reply?.text).toContain("it names the rails");
  });
});

test("the report is served with links from its rows to the viewer's", async () => {
  expect((await app.request("/report", { headers: own })).status).toBe(404);
  const out = join(folder.path, "run");
  const report = await analyzeRun({ run: out, seed: 1, sourceColumn: undefined, similarity: undefined, onProgress: () => undefined });
  const { html } = await writeReport(report, out);
  expect(runReply.parse(await get("/api/run")).hasReport).toBe(true);
  const reply = await app.request("/report", { headers: own });
  expect(reply.headers.get("content-security-policy")).toContain("style-src 'unsafe-inline'");
  expect(reply.headers.get("content-security-policy")).not.toContain("script");
  const text = await reply.text();
  const [, address = ""] = /<a href="(\/row[^"]+)"/.exec(text) ?? [];
  const id = new URL(address, "http://localhost").searchParams.get("id") ?? "";
  const row = await app.request(address, { headers: own });
  expect([row.status, row.headers.get("location")]).toEqual([302, `/?row=${positionOf(id)}`]);
  expect((await app.request("/row?id=nobody", { headers: own })).status).toBe(404);
  // The file stands alone, where these links would lead nowhere.
  expect(await readFile(html, "utf8")).not.toContain('href="/row');
});

describe("only this machine's own page is let in", () => {
  const status = async (headers: Record<string, string>, init: RequestInit = {}): Promise<number> =>
    (await app.request("/api/run", { ...init, headers })).status;

  test("another Host is refused: a name that was made to resolve here", async () => {
    expect(await status({ ...cookie, host: `localhost:${port}` })).toBe(200);
    for (const other of ["evil.example", `evil.example:${port}`, "127.0.0.1:1", `127.0.0.1.evil.example:${port}`, "", `[::1]:${port}`])
      expect(await status({ ...cookie, host: other }), other).toBe(403);
    expect((await app.request("/", { headers: { ...cookie, host: "evil.example" } })).status).toBe(403);
  });

  test("another Origin is refused, and so is a write without one", async () => {
    for (const origin of ["https://evil.example", "null", `http://localhost:${port + 1}`, `https://127.0.0.1:${port}`])
      expect(await status({ ...own, origin }), origin).toBe(403);
    expect(await status({ ...own, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toBe(403);
    const mark = { id: "plain", mark: "drop", note: "" };
    expect((await put(0, mark, { origin: "https://evil.example" })).status).toBe(403);
    const without = await app.request("/api/rows/0/mark", { method: "PUT", headers: own, body: JSON.stringify(mark) });
    expect(without.status).toBe(403);
    expect(await idsOf("mark=drop")).toEqual([]);
  });

  test("whoever lacks the token is refused everything, and is told what to do", async () => {
    const wrong = [token.slice(1), `${token}0`, token.toUpperCase(), "", "%00"];
    for (const path of [
      "/",
      "/api/run",
      "/api/rows",
      "/api/rows/0",
      "/api/rows/0/calls",
      "/report",
      "/row?id=plain",
      "/assets/page.js",
      ...wrong.map((text) => `/?token=${text}`),
    ]) {
      const reply = await app.request(path, { headers: host });
      expect([reply.status, await reply.json()], path).toEqual([403, { error: expect.stringContaining("whole address") }]);
      expect(reply.headers.get("set-cookie")).toBeNull();
    }
    for (const text of wrong) expect(await status({ ...host, cookie: `sysgen-${port}=${text}; sysgen-1=${token}` }), text).toBe(403);
    expect((await put(0, { id: "plain", mark: "drop", note: "" }, { cookie: "" })).status).toBe(403);
    expect(await idsOf("mark=drop")).toEqual([]);
  });

  test("the token in the address lets in, and sets a cookie that no script and no other site can use", async () => {
    const reply = await app.request(`/?token=${token}`, { headers: { ...host, "sec-fetch-site": "none", "sec-fetch-mode": "navigate" } });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("set-cookie")).toBe(`sysgen-${port}=${token}; Path=/; HttpOnly; SameSite=Strict`);
    expect((await app.request(`/api/run?token=${token}`, { headers: host })).status).toBe(200);
    expect((await app.request(`/api/run?token=${token}`, { headers: { ...host, origin: "https://evil.example" } })).status).toBe(403);
  });

  test("every reply has a strict policy and no CORS header; files are those of the page and no others", async () => {
    for (const path of ["/", "/api/run", "/api/rows", "/nowhere", "/../package.json", "/..%2f..%2fpackage.json"]) {
      const reply = await app.request(path, { headers: own });
      expect(reply.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect([...reply.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
      expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
    }
    expect((await app.request("/", { headers: own })).status).toBe(200);
    for (const path of ["/app.ts", "/%2e%2e/package.json", "/..%2f..%2fpackage.json"]) {
      expect((await app.request(path, { headers: own })).status, path).toBe(404);
    }
  });

  test("no payload has a key, the environment, or the machine's folders", async () => {
    process.env["OPENAI_API_KEY"] = "sk-never-seen";
    const bodies = await Promise.all(
      ["/api/run", "/api/rows", "/api/rows/0", "/api/rows/0/calls"].map(async (path) => JSON.stringify(await get(path))),
    );
    delete process.env["OPENAI_API_KEY"];
    for (const body of bodies) {
      expect(body).not.toContain("sk-never-seen");
      expect(body).not.toContain(folder.path);
    }
  });
});
