import type { DiagLogger } from "@opentelemetry/api";
import { messageOf } from "../errors.ts";
import { redact } from "../secrets.ts";
import type { Environment } from "../platform/environment.ts";
import { askedSignals, keepOtelSecrets, logLevelIn, namesService } from "./otel-variables.ts";
import type { Recorder } from "./record-run.ts";

/** Options of `startOtelSdk`. */
export interface OtelSdkOptions {
  /**
   * Decides whether to send, and which signals. OpenTelemetry's SDK itself reads endpoints,
   * headers, protocol, intervals and sampler from `process.env`.
   */
  readonly env: Environment;
  /**
   * Called once when the SDK is missing or cannot send. The run goes on. With `OTEL_LOG_LEVEL`,
   * called with everything that the SDK reports.
   */
  readonly onNotice: (text: string) => void;
  /**
   * Called when not everything was sent, with the part of `flushMs` that is left. The SDK's
   * remaining attempts may keep the process alive for longer.
   */
  readonly onGaveUp?: (leftMs: number) => void;
  /** How long the end of a run waits until everything is sent, in milliseconds. Default 5,000. */
  readonly flushMs?: number;
}

const install = "npm install @opentelemetry/api@1.9 @opentelemetry/sdk-node@0.223";

/**
 * Starts OpenTelemetry's SDK when the `OTEL_` variables of the environment ask for it, and opens a
 * recorder that sends with it. Otherwise loads nothing and returns undefined. Also returns
 * undefined when the SDK is not installed or cannot start.
 */
export async function startOtelSdk({ env, onNotice, onGaveUp, flushMs = 5_000 }: OtelSdkOptions): Promise<Recorder | undefined> {
  const signals = askedSignals(env);
  if (signals === undefined) return undefined;
  keepOtelSecrets(env);
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
    const level = logLevelIn(env);
    const logger = level === undefined ? noticeLogger((text) => sayOnce(`${text} The run goes on.`)) : noticeLogger(onNotice);
    api.diag.setLogger(logger, { logLevel: api.DiagLogLevel[level ?? "WARN"], suppressOverrideMessage: true });
    const sdk = new NodeSDK({
      ...(namesService(env) ? {} : { serviceName: "sysgen" }),
      ...(signals.traces ? {} : { spanProcessors: [] }),
      ...(signals.metrics ? {} : { metricReaders: [] }),
      logRecordProcessors: [],
    });
    sdk.start();
    const recorder = recordWith(api);
    return {
      observer: recorder.observer,
      async end(end) {
        await recorder.end(end);
        const began = performance.now();
        const problem = await problemWithin(sdk.shutdown(), flushMs);
        if (problem === undefined) return;
        sayOnce(`${problem}.`);
        onGaveUp?.(Math.max(0, flushMs - (performance.now() - began)));
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

/** Why the promise was not fulfilled in time, as text. Undefined when it was. */
async function problemWithin(promise: Promise<unknown>, ms: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`the collector did not take everything within ${ms / 1000} s of the end of the run`), ms);
  });
  const settled = promise.then(
    () => undefined,
    (error: unknown) => `the collector did not take everything: ${messageOf(error) || "something went wrong"}`,
  );
  return Promise.race([settled, late]).finally(() => clearTimeout(timer));
}

/**
 * A logger that makes one sentence of each of the SDK's reports. The SDK logs in several parts, and
 * a part may be an error as JSON.
 */
function noticeLogger(say: (text: string) => void): DiagLogger {
  const tell = (...parts: readonly unknown[]): void => {
    const whole = parts.map((part) => (typeof part === "string" ? part : messageOf(part))).join(": ");
    const message = /"message":("(?:[^"\\]|\\.)*")/.exec(whole)?.[1];
    const text = message === undefined ? whole : String(JSON.parse(message));
    say(`${redact(text).split("\n")[0]?.replace(/\.$/, "") || "something went wrong"}.`);
  };
  return { error: tell, warn: tell, info: tell, debug: tell, verbose: tell };
}
