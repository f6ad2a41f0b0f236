import type { DiagLogger } from "@opentelemetry/api";
import { messageOf } from "../errors.ts";
import type { Environment } from "../hub/environment.ts";
import { askedSignals, namesService } from "./otel-variables.ts";
import type { Recorder } from "./record-run.ts";

export interface OtelSdkOptions {
  /** Says whether and what to send. The package itself reads `process.env`: endpoints, headers, protocol, intervals, sampler. */
  readonly env: Environment;
  /** Told once when the package is missing or cannot send; the run goes on. */
  readonly onNotice: (text: string) => void;
  /** Told when not everything was sent within `flushMs`: what the package still tries may keep the process alive for a while. */
  readonly onGaveUp?: () => void;
  /** How long the end of a run waits for what is still to be sent, in milliseconds. Default 5,000. */
  readonly flushMs?: number;
}

const install = "npm install @opentelemetry/api@1.9 @opentelemetry/sdk-node@0.223";

/**
 * Starts OpenTelemetry's SDK when the environment's `OTEL_` variables ask for it, and records the run with it. Undefined, and nothing is
 * loaded, when they do not.
 */
export async function startOtelSdk({ env, onNotice, onGaveUp, flushMs = 5_000 }: OtelSdkOptions): Promise<Recorder | undefined> {
  const signals = askedSignals(env);
  if (signals === undefined) return undefined;
  let said = false;
  const sayOnce = (text: string): void => {
    if (!said) onNotice(`OpenTelemetry: ${text}`);
    said = true;
  };
  try {
    const [api, { NodeSDK }, { recordWith }] = await Promise.all([
      import("@opentelemetry/api"),
      import("@opentelemetry/sdk-node"),
      import("./open-telemetry.ts"),
    ]);
    const logger = noticeLogger((text) => sayOnce(`${text} The run goes on.`));
    // Before, for what the package says of its variables; and after, because with OTEL_LOG_LEVEL it sets one that writes to stdout.
    const listen = (): unknown => api.diag.setLogger(logger, { logLevel: api.DiagLogLevel.WARN, suppressOverrideMessage: true });
    listen();
    const sdk = new NodeSDK({
      ...(namesService(env) ? {} : { serviceName: "sysgen" }),
      ...(signals.traces ? {} : { spanProcessors: [] }),
      ...(signals.metrics ? {} : { metricReaders: [] }),
      logRecordProcessors: [],
    });
    listen();
    sdk.start();
    const recorder = recordWith(api);
    return {
      observer: recorder.observer,
      async end(end) {
        await recorder.end(end);
        if (await settlesWithin(flushMs, sdk.shutdown())) return;
        sayOnce("not everything could be sent.");
        onGaveUp?.();
      },
    };
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
    onNotice(
      missing
        ? `OpenTelemetry is asked for by the environment, but is not installed, so nothing is sent. To install it: ${install}`
        : `OpenTelemetry cannot start, so nothing is sent: ${messageOf(error)}`,
    );
    return undefined;
  }
}

/** False when the promise rejects, or takes longer. */
async function settlesWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  const settled = promise.then(
    () => true,
    () => false,
  );
  return Promise.race([settled, late]).finally(() => clearTimeout(timer));
}

/** The package's own errors and warnings, which hold an error as JSON, as sentences. */
function noticeLogger(say: (text: string) => void): DiagLogger {
  const tell = (message: string): void => {
    const said = /"message":("(?:[^"\\]|\\.)*")/.exec(message)?.[1];
    const text = said === undefined ? message : String(JSON.parse(said));
    say(`${text.split("\n")[0]?.replace(/\.$/, "") || "something went wrong"}.`);
  };
  const ignore = (): void => {};
  return { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore };
}
