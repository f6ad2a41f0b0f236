import type { Recorder } from "./record-run.ts";

/**
 * Opens a recorder for `recordRun` that uses the OpenTelemetry providers that the program has
 * registered. The program must flush them itself.
 * @throws Error when `@opentelemetry/api` is not installed.
 */
export async function openTelemetry(): Promise<Recorder> {
  const [api, { recordWith }] = await Promise.all([import("@opentelemetry/api"), import("./open-telemetry.ts")]);
  return recordWith(api);
}
