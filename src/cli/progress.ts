import type { RunConfig } from "../config/run-config.ts";
import type { RunObserver } from "../execution/observer.ts";
import { costOf } from "../models/spending/prices.ts";
import { phaseNames } from "../phases/index.ts";
import { notTried } from "../records/outcome.ts";
import { downloadLine } from "./download-line.ts";
import { addRow, calibrationNote, endings, rates, Seen, type Display } from "./progress-seen.ts";
import { messageFor } from "./terminal.ts";

export interface RunProgress extends Disposable {
  readonly observer: RunObserver;
  /** Writes a line above the bars. */
  readonly say: (text: string) => void;
  /** Removes the bars, so that the summary can be written. */
  end(): void;
}

export interface ProgressOptions {
  readonly config: RunConfig;
  readonly quiet: boolean;
  readonly stream: NodeJS.WriteStream;
}

/**
 * Progress of a run. On a terminal there is a bar for each phase. Elsewhere a line is written every
 * 10 seconds. With `quiet`, only notices are shown.
 */
export async function progressFor({ config, quiet, stream }: ProgressOptions): Promise<RunProgress> {
  const seen = new Seen();
  const display = quiet ? undefined : stream.isTTY ? (await import("./progress-bars.ts")).bars(seen, stream) : lines(seen, stream);
  const say = (text: string): void => (display ? display.say(text) : void stream.write(messageFor(stream, `${text}\n`)));
  const observer: RunObserver = {
    onStart: ({ folder, model, judgeModel, concurrency, format, prices, countRows }) => {
      seen.started = true;
      if (display) {
        void prices?.().then(
          (known) => (seen.prices = known),
          () => undefined,
        );
        void countRows().then(
          (total) => (seen.total = total),
          () => undefined,
        );
      }
      if (!quiet)
        say(
          `${config.input} (${format}) -> ${folder}   model ${model}${judgeModel === model ? "" : `, judge ${judgeModel}`}${concurrency === undefined ? "" : `, at most ${concurrency} calls at once`}`,
        );
    },
    onPhase: (phase) => addRow(seen.passed, phase),
    onRow: ({ outcome, phase, reason, responses }) => {
      seen.ended++;
      if (outcome === "resumed") seen.resumed++;
      if (responses === "original") seen.originalKept++;
      if (outcome === "failed") seen.failed++;
      if (reason === notTried) seen.notTried++;
      if (outcome === "dropped") seen.dropped++;
      // A row that ended early never reaches the phases after its own.
      if (outcome === "dropped" || outcome === "failed") {
        const from = phaseNames.findIndex((name) => name === phase);
        const endedIn = phaseNames[from];
        if (endedIn) addRow(seen.passed, endedIn);
        for (const name of phaseNames.slice(from + 1)) addRow(seen.rejectedBefore, name);
      }
    },
    onCalibrating: (drawn) => (seen.calibrating = drawn.asked < drawn.of ? drawn : undefined),
    onPaid: ({ model, reply }) => {
      seen.calls++;
      seen.outputTokens += reply.usage.outputTokens;
      const price = seen.prices.get(model);
      if (price !== undefined) seen.dollars += costOf(reply.usage, price, reply.lane);
    },
    onNotice: say,
    ...(quiet ? {} : { onFound: say, onDownload: downloadLine(stream) }),
  };
  return {
    observer,
    say,
    end: () => display?.end(),
    [Symbol.dispose]: () => display?.end(),
  };
}

const lineEveryMs = 10_000;

function lines(seen: Seen, stream: NodeJS.WriteStream): Display {
  const line = (): void => {
    const phases = phaseNames.map((phase) => `${phase} ${seen.passed.get(phase)}`).join(", ");
    stream.write(
      `${seen.ended}/${seen.total ?? "?"} rows (${endings(seen)})   ${[phases, calibrationNote(seen), rates(seen)].filter((part) => part !== "").join("   ")}\n`,
    );
  };
  const timer = setInterval(line, lineEveryMs);
  let ended = false;
  return {
    say: (text) => void stream.write(messageFor(stream, `${text}\n`)),
    end() {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      if (seen.started) line();
    },
  };
}
