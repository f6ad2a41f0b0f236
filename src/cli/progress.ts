import type { RunConfig } from "../config.ts";
import type { RunObserver } from "../observer.ts";
import { phaseNames, type PhaseName } from "../records/outcome.ts";
import { downloadLine } from "./download-line.ts";
import { duration, thousands } from "./numbers.ts";

export interface RunProgress extends Disposable {
  readonly observer: RunObserver;
  /** Writes a line above the bars. */
  readonly say: (text: string) => void;
  /** Takes the bars away; the summary follows. */
  end(): void;
}

export interface ProgressOptions {
  readonly config: RunConfig;
  readonly quiet: boolean;
  readonly stream: NodeJS.WriteStream;
}

/** What the observer has seen so far. */
export class Seen {
  readonly startedMs = performance.now();
  /** Rows that a phase is through with, whether they go on or not. */
  readonly passed: Record<PhaseName, number> = { generate: 0, filter: 0, verify: 0, respond: 0 };
  started = false;
  ended = 0;
  resumed = 0;
  /** Rows that never come to a phase, because they ended before it. */
  readonly rejectedBefore: Record<PhaseName, number> = { generate: 0, filter: 0, verify: 0, respond: 0 };
  failed = 0;
  dropped = 0;
  outputTokens = 0;
  calls = 0;
  /** Rows of the input; undefined until they are counted. */
  total: number | undefined;

  get seconds(): number {
    return Math.max(0.001, (performance.now() - this.startedMs) / 1000);
  }

  get eta(): string {
    const worked = this.ended - this.resumed;
    if (this.total === undefined || worked === 0) return "-";
    return duration(((this.total - this.ended) * this.seconds) / worked);
  }
}

/** Bars where there is a terminal, a line every few seconds where there is none, nothing with `quiet` but what must be said. */
export async function progressFor({ config, quiet, stream }: ProgressOptions): Promise<RunProgress> {
  const seen = new Seen();
  const display = quiet ? undefined : stream.isTTY ? (await import("./progress-bars.ts")).bars(seen, stream) : lines(seen, stream);
  const say = (text: string): void => (display ? display.say(text) : void stream.write(`${text}\n`));
  const observer: RunObserver = {
    onStart: ({ folder, model, judgeModel, concurrency, format, countRows }) => {
      seen.started = true;
      if (display) {
        void countRows().then(
          (total) => (seen.total = total),
          () => undefined,
        );
      }
      if (!quiet)
        say(
          `${config.input} (${format}) -> ${folder}   model ${model}${judgeModel === model ? "" : `, judge ${judgeModel}`}, ${concurrency === undefined ? "" : `, at most ${concurrency} calls at once`}`,
        );
    },
    onPhase: (phase) => void seen.passed[phase]++,
    onRow: ({ outcome, phase }) => {
      seen.ended++;
      if (outcome === "resumed") seen.resumed++;
      if (outcome === "failed") seen.failed++;
      if (outcome === "dropped") seen.dropped++;
      // A row that ended early does not come to the phases after it.
      if (outcome === "dropped" || outcome === "failed") {
        const from = phaseNames.findIndex((name) => name === phase);
        const endedIn = phaseNames[from];
        if (endedIn) seen.passed[endedIn]++;
        for (const name of phaseNames.slice(from + 1)) seen.rejectedBefore[name]++;
      }
    },
    onPaid: ({ reply }) => {
      seen.calls++;
      seen.outputTokens += reply.usage.outputTokens;
    },
    onNotice: say,
    ...(quiet ? {} : { onDownload: downloadLine(stream) }),
  };
  return {
    observer,
    say,
    end: () => display?.end(),
    [Symbol.dispose]: () => display?.end(),
  };
}

export interface Display {
  say(text: string): void;
  end(): void;
}

export function rates(seen: Seen): string {
  const rate = ((seen.ended - seen.resumed) / seen.seconds).toFixed(2);
  return `${rate} rows/s, ${thousands(seen.outputTokens / seen.seconds)} tokens/s, ETA ${seen.eta}`;
}

const lineEveryMs = 10_000;

function lines(seen: Seen, stream: NodeJS.WriteStream): Display {
  const line = (): void => {
    const phases = phaseNames.map((phase) => `${phase} ${seen.passed[phase]}`).join(", ");
    stream.write(`${seen.ended}/${seen.total ?? "?"} rows (${seen.dropped} dropped, ${seen.failed} failed)   ${phases}   ${rates(seen)}\n`);
  };
  const timer = setInterval(line, lineEveryMs);
  let ended = false;
  return {
    say: (text) => void stream.write(`${text}\n`),
    end() {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      if (seen.started) line();
    },
  };
}
