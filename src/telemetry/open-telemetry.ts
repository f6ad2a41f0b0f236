import type * as OpenTelemetryApi from "@opentelemetry/api";
import type { Attributes, MeterProvider, TracerProvider } from "@opentelemetry/api";
import { packageVersion } from "../platform/version.ts";
import { callAttributes, durationMetric, operation, replyAttributes, reportsUsage, serverAttributes, tokenMetric } from "./gen-ai.ts";
import type { CallIdentity } from "./gen-ai.ts";
import type { Recorder } from "./record-run.ts";
import { Totals } from "./totals.ts";

/** Where spans and metrics go. */
export interface Providers {
  readonly tracers: TracerProvider;
  readonly meters: MeterProvider;
}

/**
 * Records a run as OpenTelemetry spans and metrics. The run has a span, and each call has one
 * beneath it, even when it failed. Histograms hold the durations and tokens of calls. No text of a
 * message, an error or a notice is recorded.
 * @param providers Default are the providers that are registered with the API now. Whoever made the
 * providers must flush them.
 */
export function recordWith(api: typeof OpenTelemetryApi, providers: Providers = { tracers: api.trace, meters: api.metrics }): Recorder {
  const { trace, context, SpanKind, SpanStatusCode } = api;
  const tracer = providers.tracers.getTracer("sysgen", packageVersion());
  const meter = providers.meters.getMeter("sysgen", packageVersion());
  const durations = meter.createHistogram(durationMetric.name, durationMetric.options);
  const tokens = meter.createHistogram(tokenMetric.name, tokenMetric.options);
  const rows = meter.createCounter("sysgen.rows", { unit: "{row}", description: "Rows whose road ended." });
  const limits = meter.createGauge("sysgen.endpoint.limit", { unit: "{call}", description: "Calls that an endpoint may hold at once." });
  const totals = new Totals();
  const run = tracer.startSpan("sysgen run", { kind: SpanKind.INTERNAL });
  const inRun = trace.setSpan(context.active(), run);

  /**
   * Records a call as a finished span, and its duration when that is known. A call of unknown
   * duration has a span of length 0.
   */
  function record(call: CallIdentity, tookMs: number | undefined, forSpan: Attributes, errorType?: string): void {
    const attributes = { ...callAttributes(call), ...(errorType === undefined ? {} : { "error.type": errorType }) };
    const endMs = Date.now();
    const startTime = endMs - (tookMs ?? 0);
    const span = tracer.startSpan(
      `${operation} ${call.model}`,
      { kind: SpanKind.CLIENT, startTime, attributes: { ...attributes, ...forSpan } },
      inRun,
    );
    if (errorType !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(endMs);
    if (tookMs !== undefined) durations.record(tookMs / 1000, attributes);
  }

  return {
    observer: {
      onStart: ({ model, judgeModel, concurrency }) =>
        void run.setAttributes({
          "sysgen.model": model,
          "sysgen.judge_model": judgeModel,
          ...(concurrency === undefined ? {} : { "sysgen.concurrency": concurrency }),
        }),
      onRow: (end) => {
        totals.observer.onRow(end);
        rows.add(1, { "sysgen.outcome": end.outcome, ...(end.phase === undefined ? {} : { "sysgen.phase": end.phase }) });
      },
      onPaid: (entry) => {
        totals.observer.onPaid(entry);
        const { phase, model, reply } = entry;
        const call = { phase, model, endpoint: reply.endpoint };
        record(call, reply.tookMs, replyAttributes(reply));
        if (!reportsUsage(reply)) return;
        const attributes = callAttributes(call);
        tokens.record(reply.usage.inputTokens, { ...attributes, "gen_ai.token.type": "input" });
        tokens.record(reply.usage.outputTokens, { ...attributes, "gen_ai.token.type": "output" });
      },
      onCallFailed: (failure) => {
        totals.observer.onCallFailed();
        record(failure, failure.tookMs, {}, failure.error.kind);
      },
      onLoad: ({ endpoint, model, limit }) =>
        limits.record(limit, { "sysgen.endpoint": endpoint, "gen_ai.request.model": model, ...serverAttributes(endpoint) }),
    },
    async end({ state, error }) {
      const sum = totals.soFar();
      run.setAttributes({
        "sysgen.state": state,
        ...Object.fromEntries(Object.entries(sum.rows).map(([outcome, count]) => [`sysgen.rows.${outcome}`, count])),
        "sysgen.calls.paid": sum.calls.paid,
        "sysgen.calls.failed": sum.calls.failed,
        ...(error === undefined ? {} : { "error.type": error.type }),
      });
      if (error !== undefined) run.setStatus({ code: SpanStatusCode.ERROR });
      run.end();
    },
  };
}
