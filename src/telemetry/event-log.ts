import { UsageError, messageOf } from "../errors.ts";
import { packageVersion } from "../platform/version.ts";
import { LineFile, readPart } from "./line-file.ts";
import type { Recorder } from "./record-run.ts";
import type { RunEvent } from "./run-event.ts";
import { Totals } from "./totals.ts";

/** Options of `openEventLog`. */
export interface EventLogOptions {
  /** Called once when the log cannot be written any more. The run goes on without the log. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** The shortest time between two `download` events, except for the last one. */
const downloadEveryMs = 1_000;
/** How every line of an event log begins. */
const beginning = '{"time":"';

/**
 * Opens a recorder for `recordRun` that appends a run's events to the file `path`, one JSON object
 * a line (docs/observability.md).
 * @throws UsageError when the file cannot be opened, or holds something else than events.
 */
export async function openEventLog(path: string, { onNotice }: EventLogOptions = {}): Promise<Recorder> {
  const file = await openLog(path, (error) => onNotice?.(`The log ${path} ends here: ${messageOf(error)}. The run goes on.`));
  const totals = new Totals();
  const write = (event: RunEvent): void => file.write(JSON.stringify({ time: new Date().toISOString(), ...event }));
  let downloadMs = -Infinity;
  return {
    observer: {
      onStart: ({ folder, model, judgeModel, concurrency, format }) =>
        write({ event: "run-start", version: packageVersion(), folder, model, judgeModel, concurrency, format }),
      onRow: (end) => {
        totals.observer.onRow(end);
        const { id, outcome, responses, phase, reason } = end;
        write({ event: "row", id, outcome, responses, phase, reason });
      },
      onPaid: (entry) => {
        totals.observer.onPaid(entry);
        const { usage, endpoint, tookMs, finishReason } = entry.reply;
        write({ event: "call", phase: entry.phase, model: entry.model, endpoint, ...usage, tookMs: rounded(tookMs), finishReason });
      },
      onCallFailed: ({ phase, model, endpoint, error: { kind, retryable, retryAfterMs }, tookMs }) => {
        totals.observer.onCallFailed();
        write({ event: "call-failed", phase, model, endpoint, error: kind, retryable, retryAfterMs, tookMs: Math.round(tookMs) });
      },
      onLoad: (load) => write({ event: "load", ...load }),
      onCalibrated: (calibration) => write({ event: "calibrated", ...calibration }),
      onNotice: (text) => write({ event: "notice", text }),
      onFound: (text) => write({ event: "notice", text }),
      onDownload: ({ receivedBytes, totalBytes }) => {
        const now = performance.now();
        if (receivedBytes !== totalBytes && now - downloadMs < downloadEveryMs) return;
        downloadMs = now;
        write({ event: "download", receivedBytes, totalBytes });
      },
    },
    async end({ state, error }) {
      await file.flush();
      if (file.leftOut > 0) write({ event: "notice", text: `${file.leftOut} events are not in this log: the file took them too slowly.` });
      write({ event: "run-end", state, ...totals.soFar(), error: error?.message });
      await file.close();
    },
  };
}

async function openLog(path: string, onFailed: (error: unknown) => void): Promise<LineFile> {
  if (path === "-") throw new UsageError("A log is a file: name one, or /dev/stderr for the terminal.");
  try {
    const head = await readPart(path, () => 0, beginning.length);
    if (beginning.startsWith(head)) return await LineFile.open(path, onFailed);
  } catch (error) {
    throw new UsageError(`Cannot write the log ${path}: ${messageOf(error)}.`);
  }
  throw new UsageError(`${path} holds something else than a run's events, and a log would be appended to it. Name another file.`);
}

function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms);
}
