import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { SysGenError, messageOf } from "../errors.ts";
import type { ModelReply } from "../models/model.ts";
import { guard } from "./guard.ts";
import type { PageFile } from "./page-files.ts";
import { recordedCalls } from "./recorded-calls.ts";
import { rowDetail } from "./row-detail.ts";
import { filterOf } from "./row-filter.ts";
import { rowSummary } from "./row-summary.ts";
import { runReply } from "./run-reply.ts";
import { judgeCalls } from "./judge-calls.ts";
import { judgeDetail } from "./judge-detail.ts";
import { reportPage, reportPolicy } from "./report-page.ts";
import { markRequest, marksRequest, type CallsReply, type MarkShape, type RowReply, type RowsPage } from "./wire-shapes.ts";
import { storedRow } from "./stored-row.ts";
import { tokenGuard } from "./token.ts";
import type { ViewedRun } from "./viewed-run.ts";
import { Views } from "./views.ts";

/** Rows of the table that one request may ask for. */
const mostRows = 200;
const mostNoteLength = 4_000;
const unfoundJudging = "No call of sysgen judge was found: nobody was asked, or with another --max-output-tokens than the default.";

export interface AppOptions {
  readonly run: ViewedRun;
  readonly other: ViewedRun | undefined;
  readonly page: ReadonlyMap<string, PageFile>;
  /** Known once the server listens. */
  readonly port: () => number;
  /** See `tokenGuard`. */
  readonly token: string;
}

/** The viewer's routes. They read the run page by page, and write nothing but marks. */
export function viewerApp({ run, other, page, port, token }: AppOptions): Hono {
  const app = new Hono();
  const views = new Views(run, other);
  const { index, marks } = run;
  const markOf = (id: string): MarkShape | null => {
    const found = marks.get(id);
    return found === undefined ? null : { mark: found.mark, note: found.note };
  };

  const isDone = (slot: number): boolean => index.kinds.at(index.slots.kinds[slot] ?? 0).outcome === "done";

  app.use(guard(port));
  app.use(tokenGuard(token, port));
  app.use("/api/*", async (_, next) => {
    await Promise.all([run.refresh(), other?.refresh()]);
    views.comparison?.refresh();
    await next();
  });

  app.get("/api/run", async (context) => {
    if (!views.isBusy) run.readJournalOn();
    return context.json(await runReply(run, other));
  });

  app.get("/api/rows", async (context) => {
    const query = new URL(context.req.url).searchParams;
    const offset = whole(query.get("offset"), 0);
    const limit = Math.min(mostRows, whole(query.get("limit"), 100));
    const { view, isComplete, looked } = await views.look(filterOf(query), offset + limit);
    const slots = view.slots();
    const { format } = run.settings;
    const rows = [...slots.subarray(offset, offset + limit)].map((slot) =>
      rowSummary(index, slot, format, { mark: markOf, difference: views.comparison?.differenceOf(slot) ?? null }),
    );
    const reply: RowsPage = { version: index.version, total: slots.length, isComplete, looked, rows };
    return context.json(reply);
  });

  app.get("/api/rows/:position{[0-9]+}", async (context) => {
    await run.judged.read();
    const { view } = await views.look(filterOf(new URL(context.req.url).searchParams), Infinity);
    const slots = view.slots();
    const slot = index.slotOf(Number(context.req.param("position")));
    if (slot === undefined) return context.json({ error: "There is no such row in this run." }, 404);
    const at = slots.indexOf(slot);
    const positionAt = (order: number): number | null => {
      const found = slots[order];
      return found === undefined ? null : (index.slots.positions[found] ?? null);
    };
    const otherSlot = views.comparison?.otherSlot(slot);
    const reply: RowReply = {
      row: rowDetail(index, slot, run.settings, markOf),
      standing: {
        index: at === -1 ? null : at,
        total: slots.length,
        previous: at <= 0 ? null : positionAt(at - 1),
        next: at === -1 ? positionAt(0) : positionAt(at + 1),
      },
      other: other === undefined || otherSlot === undefined ? null : rowDetail(other.index, otherSlot, other.settings, () => null),
      difference: views.comparison?.differenceOf(slot) ?? null,
      judged: isDone(slot) ? judgeDetail(run.judged, index.body(slot)) : null,
    };
    return context.json(reply);
  });

  app.get("/api/rows/:position{[0-9]+}/calls", async (context) => {
    const slot = index.slotOf(Number(context.req.param("position")));
    const { settings } = run;
    const row = slot === undefined ? undefined : storedRow(index, slot, settings.format);
    if (slot === undefined || row === undefined) return context.json({ error: "There is no such row in this run." }, 404);
    const body = isDone(slot) ? index.body(slot) : undefined;
    const journal = await run.wholeJournal();
    await run.judged.read();
    const paid = (address: string): ModelReply | undefined => journal?.get(address);
    const { calls, note } = await recordedCalls({ row, settings, reply: paid, round: run.rounds(row.digest) });
    const said = run.judged.of(row.entry.id);
    const judging = body === undefined ? [] : await judgeCalls({ body, said, reply: paid });
    const reply: CallsReply = {
      calls: [...calls, ...judging],
      note: note ?? (said.length > 0 && judging.length === 0 ? unfoundJudging : null),
    };
    return context.json(reply);
  });

  app.put("/api/rows/:position{[0-9]+}/mark", bodyLimit({ maxSize: 64 * 1024 }), async (context) => {
    const position = Number(context.req.param("position"));
    const slot = index.slotOf(position);
    const asked = markRequest.safeParse(await context.req.json().catch(() => undefined));
    if (!asked.success) return context.json({ error: "Expected a mark: {id, mark, note}." }, 400);
    const { id, mark, note } = asked.data;
    // The row may have changed its position since the page was drawn.
    if (slot === undefined || run.ids.slotOf(id, position) !== slot)
      return context.json({ error: "The run has changed, and this row is elsewhere now: reload the page." }, 409);
    marks.put({ id, mark, note: note.slice(0, mostNoteLength), position });
    return context.json({ mark: markOf(id) });
  });

  app.post("/api/marks", bodyLimit({ maxSize: 1024 }), async (context) => {
    const asked = marksRequest.safeParse(await context.req.json().catch(() => undefined));
    if (!asked.success) return context.json({ error: "Expected a mark: {mark}." }, 400);
    const filter = filterOf(new URL(context.req.url).searchParams);
    let found = await views.look(filter, Infinity);
    while (!found.isComplete) found = await views.look(filter, Infinity);
    const positions = Array.from(found.view.slots(), (slot) => index.slots.positions[slot] ?? 0);
    return context.json(await marks.putAll(positions, asked.data.mark));
  });

  app.post("/api/marks/undo", async (context) => context.json(await marks.undo()));

  app.get("/report", async (context) => {
    if (run.report === undefined) return context.json({ error: "There is no report of this run: sysgen analyze makes one." }, 404);
    context.header("content-security-policy", reportPolicy);
    return context.html(await reportPage(run.folder, run.report));
  });

  // The report knows its rows by their ids.
  app.get("/row", async (context) => {
    await run.refresh();
    const slot = run.ids.slotOf(context.req.query("id") ?? "", -1);
    if (slot === undefined) return context.json({ error: "There is no such row in this run any more." }, 404);
    return context.redirect(`/?row=${index.slots.positions[slot] ?? 0}`);
  });

  app.get("*", (context) => {
    const { path } = context.req;
    const file = page.get(path === "/" ? "/index.html" : path);
    if (file === undefined) return context.json({ error: "There is nothing here." }, 404);
    context.header("content-type", file.type);
    // The name of an asset changes with its content.
    context.header("cache-control", path.startsWith("/assets/") ? "max-age=31536000, immutable" : "no-store");
    return context.body(file.bytes);
  });

  app.onError((error, context) => {
    if (error instanceof HTTPException) return context.json({ error: error.message || "The request was refused." }, error.status);
    const message = error instanceof SysGenError ? error.message : `This is a fault of sysgen, please report it: ${messageOf(error)}`;
    return context.json({ error: message }, 500);
  });
  return app;
}

function whole(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
}
