import type { Environment } from "../platform/environment.ts";

/** The signals that the environment asks for by OpenTelemetry's own variables. */
export interface AskedSignals {
  readonly traces: boolean;
  readonly metrics: boolean;
}

/** Undefined when it asks for none. A signal is asked for by its exporter or its endpoint, or the endpoint of all; not by `none`. */
export function askedSignals(env: Environment): AskedSignals | undefined {
  const set = (name: string): boolean => (env[name] ?? "").trim() !== "";
  if (env["OTEL_SDK_DISABLED"]?.trim().toLowerCase() === "true") return undefined;
  const asked = (signal: "TRACES" | "METRICS"): boolean =>
    set(`OTEL_${signal}_EXPORTER`)
      ? env[`OTEL_${signal}_EXPORTER`]?.trim() !== "none"
      : set("OTEL_EXPORTER_OTLP_ENDPOINT") || set(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`);
  const signals = { traces: asked("TRACES"), metrics: asked("METRICS") };
  return signals.traces || signals.metrics ? signals : undefined;
}

/** Whether the environment names the service itself. */
export function namesService(env: Environment): boolean {
  return Boolean(env["OTEL_SERVICE_NAME"]?.trim()) || /(^|,)\s*service\.name\s*=/.test(env["OTEL_RESOURCE_ATTRIBUTES"] ?? "");
}

const logLevels = ["NONE", "ERROR", "WARN", "INFO", "DEBUG", "VERBOSE", "ALL"] as const;

/** How much the package is to say of itself; undefined when `OTEL_LOG_LEVEL` names no level. */
export function logLevelIn(env: Environment): (typeof logLevels)[number] | undefined {
  const named = env["OTEL_LOG_LEVEL"]?.trim().toUpperCase();
  return logLevels.find((level) => level === named);
}
