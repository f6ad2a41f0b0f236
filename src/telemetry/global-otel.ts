import type { Recorder } from "./record-run.ts";

/**
 * Records a run with the OpenTelemetry providers that the program has registered; for `recordRun`. Flushing is left to the program.
 * @throws when `@opentelemetry/api` is not installed.
 */
export async function openTelemetry(): Promise<Recorder> {
  const [api, { recordWith }] = await Promise.all([import("@opentelemetry/api"), import("./open-telemetry.ts")]);
  return recordWith(api);
}
