import type { CellFile } from "../experiment/cell-file.ts";
import { labelOf, type Cell } from "../experiment/cells.ts";
import type { CellTimes } from "../experiment/estimate-time.ts";
import type { ExperimentObserver } from "../experiment/run-experiment.ts";
import { counted, duration } from "../texts/number-text.ts";
import { columnsOf, messageFor, pc } from "./terminal.ts";

export interface ExperimentProgressOptions {
  readonly quiet: boolean;
  readonly stream: NodeJS.WriteStream;
  /** The cells that are left, in the order of the work. */
  readonly left: readonly Cell[];
  readonly times: CellTimes;
}

const redrawEveryMs = 1_000;

/**
 * Progress of `sysgen experiment`. Each cell that ends is a line. On a terminal the last line says
 * what is under way, how many cells are left and how long they may take.
 */
export function experimentProgress({ quiet, stream, left, times }: ExperimentProgressOptions): ExperimentObserver & Disposable {
  let ended = 0;
  let under: readonly Cell[] = [];
  let words = "";
  let begunMs = performance.now();
  const secondsOf = (cells: readonly Cell[]): number => cells.reduce((total, cell) => total + times.of(cell).seconds, 0);
  const note = (): string => {
    const passed = (performance.now() - begunMs) / 1_000;
    const now = Math.max(0, secondsOf(under) - passed);
    const eta = duration(now + secondsOf(left.slice(ended + under.length)), "whole");
    const what = under.length > 1 ? `${counted(under.length, "evaluation")} of ${subjectOf(under[0])}` : under.map(labelOf).join("");
    return `cell ${Math.min(ended + 1, left.length)} of ${left.length}   ${what}${words === "" ? "" : `   ${words}`}   ETA ${eta}`;
  };
  const isLive = stream.isTTY && !quiet;
  const clear = (): void => void (isLive && stream.write("\r\u001B[2K"));
  const draw = (): void => {
    if (!isLive || under.length === 0) return;
    clear();
    stream.write(messageFor({ isTTY: false, columns: 0 }, note().slice(0, (columnsOf(stream) ?? 80) - 1)));
  };
  const say = (text: string): void => {
    clear();
    stream.write(messageFor(stream, `${text}\n`));
    draw();
  };
  const timer = setInterval(draw, redrawEveryMs);
  return {
    say,
    onBegin(cells) {
      [under, words, begunMs] = [cells, "", performance.now()];
      if (!quiet && !isLive) say(note());
      draw();
    },
    onProgress(said) {
      words = said;
      draw();
    },
    onEnd(cell, file) {
      ended++;
      times.add(cell, file);
      under = under.filter((other) => other !== cell);
      begunMs = performance.now();
      if (!quiet) say(endOf(cell, file));
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      clear();
    },
  };
}

function subjectOf(cell: Cell | undefined): string {
  return cell === undefined ? "" : `${cell.student.name} ${cell.variant}${cell.variant === "base" ? "" : ` seed ${cell.seed}`}`;
}

function endOf(cell: Cell, { state, cause, seconds }: CellFile): string {
  const colour = state === "failed" ? pc.red : state === "done" || state === "partial" ? pc.green : pc.yellow;
  const time = seconds === undefined ? "" : ` in ${duration(seconds)}`;
  return `  ${colour(state)}  ${labelOf(cell)}${time}${cause === undefined ? "" : `: ${cause}`}`;
}
