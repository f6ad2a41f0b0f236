import pc from "picocolors";
import type { RunObserver, RunStart } from "../execution/observer.ts";
import { downloadLine } from "./download-line.ts";
import { counted, duration, thousands } from "../texts/number-text.ts";
import type { RunProgress } from "./progress.ts";
import { singleBar } from "./single-bar.ts";
import { messageFor } from "./terminal.ts";

const lineEveryMs = 10_000;

export interface AskingProgressOptions {
  readonly quiet: boolean;
  readonly stream: NodeJS.WriteStream;
  /** What is counted, and what is done with it, such as `rows` and `judged`. */
  readonly words: { readonly many: string; readonly done: string };
  /** What the start is told by, behind the count. */
  readonly head: (start: RunStart) => string;
}

/**
 * Progress of `sysgen judge` and `sysgen evaluate`. On a terminal it is one bar. Elsewhere a line
 * is written every 10 seconds. With `quiet`, only notices are shown.
 */
export function askingProgress({ quiet, stream, words, head }: AskingProgressOptions): RunProgress {
  const startedMs = performance.now();
  const seen = { rows: 0, failed: 0, total: 0, calls: 0 };
  const bar = quiet || !stream.isTTY ? undefined : singleBar(stream, `${words.done} ${pc.cyan("{bar}")} {value}/{total}  {note}`);
  const note = (): string => {
    const seconds = Math.max(0.001, (performance.now() - startedMs) / 1000);
    const eta = seen.rows === 0 ? "-" : duration(((seen.total - seen.rows) * seconds) / seen.rows);
    const failed = seen.failed > 0 ? `, ${thousands(seen.failed)} failed` : "";
    return `${counted(seen.calls, "call")}${failed}, ETA ${eta}`;
  };
  const line = (): void => void stream.write(`${seen.rows}/${seen.total} ${words.many} ${words.done}   ${note()}\n`);
  const draw = bar ? (): void => bar.update(seen.rows, { note: note() }) : quiet ? (): void => {} : line;
  let timer: NodeJS.Timeout | undefined;
  const say = (text: string): void => {
    if (!bar?.isActive) return void stream.write(messageFor(stream, `${text}\n`));
    // Clears the bar's line, writes the text there, and draws the bar again below the text.
    stream.write(`\r\u001b[K${messageFor(stream, `${text}\n`)}`);
    bar.render();
  };
  const end = (): void => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    draw();
    bar?.stop();
  };
  const begin = async (start: RunStart): Promise<void> => {
    seen.total = (await start.countRows()) ?? 0;
    if (!quiet) say(`${thousands(seen.total)} ${words.many} ${head(start)}`);
    bar?.start(seen.total, 0, { note: "" });
    timer = setInterval(draw, bar ? 200 : lineEveryMs);
  };
  const observer: RunObserver = {
    onStart: (start) => void begin(start),
    onRow: ({ outcome }) => {
      seen.rows++;
      if (outcome === "failed") seen.failed++;
    },
    onPaid: () => void seen.calls++,
    onNotice: say,
    ...(quiet ? {} : { onFound: say, onDownload: downloadLine(stream) }),
  };
  return { observer, say, end, [Symbol.dispose]: end };
}
