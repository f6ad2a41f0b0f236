import type { Recorder } from "../telemetry/record-run.ts";

export interface RecordersOptions {
  /** `--log` */
  readonly log: string | undefined;
  readonly say: (text: string) => void;
}

/** What a run is recorded by: the event log that is asked for, and OpenTelemetry where its variables are set. @throws UsageError for a bad log. */
export async function recordersFor({ log, say }: RecordersOptions): Promise<readonly (Recorder | undefined)[]> {
  const [{ openEventLog }, { startOtelSdk }] = await Promise.all([import("../telemetry/event-log.ts"), import("../telemetry/otel-sdk.ts")]);
  const eventLog = log === undefined ? undefined : await openEventLog(log, { onNotice: say });
  const env = { ...process.env };
  // The package reads process.env itself. Left alone it would also send this host's name, the user's, and the command line ...
  process.env["OTEL_NODE_RESOURCE_DETECTORS"] ??= "env";
  // ... and write what it has to say to stdout, where the result goes. `say` gets it instead.
  delete process.env["OTEL_LOG_LEVEL"];
  const openTelemetry = await startOtelSdk({ env, onNotice: say, onGaveUp: endSoon });
  return [eventLog, openTelemetry];
}

/** Ends the process when nothing keeps it alive but what a dead collector has left behind, and all is written. */
function endSoon(leftMs: number): void {
  setTimeout(() => process.stdout.write("", () => process.exit()), Math.max(250, leftMs)).unref();
}
