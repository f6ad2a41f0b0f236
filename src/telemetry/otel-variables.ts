import type { Environment } from "../platform/environment.ts";
import { keepSecret, keepSecretsOf } from "../secrets.ts";
import { percentDecoded } from "../texts/percent-decoded.ts";

/** The signals that the environment asks for in OpenTelemetry's own variables. */
export interface AskedSignals {
  readonly traces: boolean;
  readonly metrics: boolean;
}

/**
 * Undefined when the environment asks for no signal, or `OTEL_SDK_DISABLED` is `true`. A signal is
 * asked for by its exporter (anything but `none`), else by its endpoint or the common endpoint.
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/)
 */
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

/**
 * Makes the secrets known that the variables hold, which are the values of headers and what is
 * secret in endpoints. The SDK quotes them in what it logs.
 */
export function keepOtelSecrets(env: Environment): void {
  for (const [name, value = ""] of Object.entries(env)) {
    if (/^OTEL_EXPORTER_OTLP_(?:\w+_)?ENDPOINT$/.test(name) && URL.canParse(value)) keepSecretsOf(new URL(value));
    if (!/^OTEL_EXPORTER_OTLP_(?:\w+_)?HEADERS$/.test(name)) continue;
    for (const header of value.split(",").map((pair) => pair.slice(pair.indexOf("=") + 1).trim()))
      for (const text of [header, percentDecoded(header) ?? header]) keepSecret(text.replace(/^(?:Bearer|Basic) /i, ""));
  }
}

/** Whether the environment gives the service's name. */
export function namesService(env: Environment): boolean {
  return Boolean(env["OTEL_SERVICE_NAME"]?.trim()) || /(^|,)\s*service\.name\s*=/.test(env["OTEL_RESOURCE_ATTRIBUTES"] ?? "");
}

const logLevels = ["NONE", "ERROR", "WARN", "INFO", "DEBUG", "VERBOSE", "ALL"] as const;

/** How much the SDK logs. Undefined when `OTEL_LOG_LEVEL` names no level. */
export function logLevelIn(env: Environment): (typeof logLevels)[number] | undefined {
  const named = env["OTEL_LOG_LEVEL"]?.trim().toUpperCase();
  return logLevels.find((level) => level === named);
}
