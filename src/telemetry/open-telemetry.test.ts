import * as api from "@opentelemetry/api";
import { metrics, tracing } from "@opentelemetry/sdk-node";
import { describe, expect, test } from "vitest";
import { ModelError } from "../errors.ts";
import { combineObservers } from "./combine-observers.ts";
import { recordWith } from "./open-telemetry.ts";
import { askedSignals } from "./otel-variables.ts";
import type { RecordedEnd } from "./record-run.ts";

const endpoint = "gpu1:8000/v1/chat/completions";
const call = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "m",
  "server.address": "gpu1",
  "server.port": 8000,
};

async function recorded(end: RecordedEnd) {
  const spans = new tracing.InMemorySpanExporter();
  const tracers = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(spans)] });
  const exporter = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.CUMULATIVE);
  const reader = new metrics.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 100_000 });
  const meters = new metrics.MeterProvider({ readers: [reader] });
  const recorder = recordWith(api, { tracers, meters });
  const observer = combineObservers(recorder.observer);
  observer.onStart({ folder: "runs/x", model: "m", judgeModel: "j", concurrency: 32, format: "alpaca", countRows: async () => 1 });
  const usage = { inputTokens: 20, outputTokens: 5 };
  observer.onPaid({
    phase: "respond",
    model: "m",
    reply: { text: "SECRET", finishReason: "content-filter", usage, tookMs: 1500, endpoint },
  });
  const error = new ModelError("rate-limit", "SECRET", { retryable: true });
  observer.onCallFailed({ phase: "verify", model: "m", endpoint, error, tookMs: 40 });
  const counts = { requests: 9, refused: 1, failed: 0 };
  observer.onLoad({ endpoint, model: "m", limit: 32, inFlight: 4, heldBy: "rows", circuit: "closed", ...counts });
  observer.onLoad({ endpoint, model: "m", limit: 16, inFlight: 4, heldBy: "refusals", circuit: "closed", ...counts });
  observer.onRow({ id: "q1", outcome: "dropped", phase: "verify", reason: "no-phrases" });
  observer.onRow({ id: "q2", outcome: "done", phase: undefined, reason: undefined });
  observer.onRow({ id: "q3", outcome: "done", phase: undefined, reason: undefined });
  observer.onNotice("SECRET");
  await recorder.end(end);
  await meters.forceFlush();
  const points = (name: string) =>
    exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints.map(({ attributes, value }) => ({ attributes, value })));
  return { spans: spans.getFinishedSpans(), points };
}

describe("a run as OpenTelemetry", () => {
  test("a span for every call, failed ones too, beneath one for the run", async () => {
    const { spans } = await recorded({ state: "stopped", error: { type: "UsageError", message: "SECRET" } });
    const [paid, failed, run] = spans;
    expect(spans).toHaveLength(3);
    expect(paid).toMatchObject({ name: "chat m", kind: api.SpanKind.CLIENT, status: { code: api.SpanStatusCode.UNSET } });
    expect(paid?.attributes).toEqual({
      ...call,
      "sysgen.phase": "respond",
      "gen_ai.response.finish_reasons": ["content_filter"],
      "gen_ai.usage.input_tokens": 20,
      "gen_ai.usage.output_tokens": 5,
    });
    expect(paid?.duration).toEqual([1, 500_000_000]);
    expect(failed).toMatchObject({ name: "chat m", status: { code: api.SpanStatusCode.ERROR } });
    expect(failed?.attributes).toEqual({ ...call, "sysgen.phase": "verify", "error.type": "rate-limit" });
    expect(run).toMatchObject({ name: "sysgen run", parentSpanContext: undefined, status: { code: api.SpanStatusCode.ERROR } });
    expect(run?.attributes).toMatchObject({
      "sysgen.state": "stopped",
      "error.type": "UsageError",
      "sysgen.rows.done": 2,
      "sysgen.calls.paid": 1,
    });
    for (const span of [paid, failed]) expect(span?.parentSpanContext?.spanId).toBe(run?.spanContext().spanId);
    expect(JSON.stringify(spans.map(({ attributes, status }) => [attributes, status]))).not.toContain("SECRET");
  });

  test("histograms with the convention's boundaries, rows by outcome and phase, the limit of an endpoint", async () => {
    const { points } = await recorded({ state: "finished" });
    const durations = points("gen_ai.client.operation.duration");
    expect(durations).toMatchObject([
      { attributes: { ...call, "sysgen.phase": "respond" }, value: { count: 1, sum: 1.5 } },
      { attributes: { ...call, "sysgen.phase": "verify", "error.type": "rate-limit" }, value: { count: 1, sum: 0.04 } },
    ]);
    expect(durations[0]?.value).toHaveProperty("buckets.boundaries", expect.arrayContaining([0.01, 1.28, 81.92]));
    expect(points("gen_ai.client.token.usage")).toMatchObject([
      {
        attributes: { ...call, "gen_ai.token.type": "input" },
        value: { sum: 20, buckets: { boundaries: expect.arrayContaining([1, 4, 67108864]) } },
      },
      { attributes: { ...call, "gen_ai.token.type": "output" }, value: { sum: 5 } },
    ]);
    expect(points("sysgen.rows")).toEqual([
      { attributes: { "sysgen.outcome": "dropped", "sysgen.phase": "verify" }, value: 1 },
      { attributes: { "sysgen.outcome": "done" }, value: 2 },
    ]);
    expect(points("sysgen.endpoint.limit")).toMatchObject([{ attributes: { "sysgen.endpoint": endpoint }, value: 16 }]);
  });
});

test.each<[Record<string, string>, { traces: boolean; metrics: boolean } | undefined]>([
  [{}, undefined],
  [{ OTEL_SERVICE_NAME: "x", OTEL_EXPORTER_OTLP_ENDPOINT: "" }, undefined],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c" }, { traces: true, metrics: true }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_SDK_DISABLED: "TRUE" }, undefined],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c", OTEL_METRICS_EXPORTER: "none" },
    { traces: true, metrics: false },
  ],
  [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "http://c" }, { traces: false, metrics: true }],
  [{ OTEL_TRACES_EXPORTER: "console" }, { traces: true, metrics: false }],
  [{ OTEL_TRACES_EXPORTER: "none" }, undefined],
])("%j asks for %j", (env, signals) => expect(askedSignals(env)).toEqual(signals));
