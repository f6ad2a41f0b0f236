import { MultiBar, type SingleBar } from "cli-progress";
import pc from "picocolors";
import { phaseNames } from "../phases/index.ts";
import { calibrationNote, endings, rates, type Display, type Seen } from "./progress-seen.ts";
import { barLook } from "./single-bar.ts";
import { messageFor } from "./terminal.ts";

/**
 * A progress bar for each phase, updated every 200 ms, and below them how fast rows go and how they
 * ended. No line is wider than 80 columns, because what is wider is cut off.
 */
export function bars(seen: Seen, stream: NodeJS.WriteStream): Display {
  const format = `{phase} ${pc.cyan("{bar}")} {value}/{total}  {note}`;
  const multi = new MultiBar({
    ...barLook,
    format,
    stream,
    autopadding: true,
    emptyOnZero: true,
    // A line that is written above moves all bars down, also those that are as they were.
    forceRedraw: true,
  });
  const shown = phaseNames.map((phase): [string, SingleBar] => [phase, multi.create(0, 0, { phase: phase.padEnd(8), note: "" })]);
  const below = [rates, endings].map((say) => ({ say, bar: multi.create(0, 0, { note: "" }, { format: "{note}" }) }));
  const draw = (): void => {
    for (const [phase, bar] of shown) {
      const passed = seen.passed.get(phase) ?? 0;
      const total = (seen.total ?? seen.ended) - seen.resumed - (seen.rejectedBefore.get(phase) ?? 0);
      bar.setTotal(Math.max(total, passed));
      const rate = `${(passed / seen.seconds).toFixed(2)}/s`;
      bar.update(passed, { note: (phase === "verify" && calibrationNote(seen)) || rate });
    }
    for (const { say, bar } of below) bar.update(0, { note: say(seen) });
  };
  const timer = setInterval(draw, 200);
  let ended = false;
  return {
    // The lines are written where bars were, which are erased first.
    say: (text) => multi.log(`${messageFor(stream, text).replace(/^/gm, "\u001b[K")}\n`),
    end() {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      draw();
      multi.update();
      multi.stop();
    },
  };
}
