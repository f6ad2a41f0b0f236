import type { Recorder } from "../telemetry/record-run.ts";

export interface RecordersOptions {
  /** The file of `--log`. Undefined when it is not given. */
  readonly log: string | undefined;
  readonly say: (text: string) => void;
}

/**
 * The recorders of a run. The first is the event log, when `log` names one. The second is
 * OpenTelemetry, when its `OTEL_` environment variables ask for it.
 * @throws UsageError when the log cannot be opened, or holds something else than events.
 */
export async function recordersFor({ log, say }: RecordersOptions): Promise<readonly (Recorder | undefined)[]> {
  const [{ openEventLog }, { startOtelSdk }] = await Promise.all([import("../telemetry/event-log.ts"), import("../telemetry/otel-sdk.ts")]);
  const eventLog = log === undefined ? undefined : await openEventLog(log, { onNotice: say });
  const env = { ...process.env };
  // The OpenTelemetry package reads process.env itself. By default it would also send the name of
  // this host, the name of the user and the command line. The detector `env` sends none of these.
  process.env["OTEL_NODE_RESOURCE_DETECTORS"] ??= "env";
  // With this variable set, the package writes its own messages to stdout, where the result goes.
  // `startOtelSdk` reads the variable from the copy `env`, and gives the messages to `say`.
  delete process.env["OTEL_LOG_LEVEL"];
  const openTelemetry = await startOtelSdk({ env, onNotice: say, onGaveUp: endSoon });
  return [eventLog, openTelemetry];
}

/**
 * Ends the process after `leftMs` milliseconds, at least 250, once stdout is written. The timer
 * alone does not keep the process alive. It therefore only fires when something else does, such as
 * attempts to reach a collector that does not answer.
 */
function endSoon(leftMs: number): void {
  setTimeout(() => process.stdout.write("", () => process.exit()), Math.max(250, leftMs)).unref();
}
