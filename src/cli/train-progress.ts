import type { ToolEvent } from "../training/events.ts";
import { duration, thousands } from "../texts/number-text.ts";
import { singleBar } from "./single-bar.ts";
import { messageFor, pc } from "./terminal.ts";

const lineEveryMs = 10_000;

export interface TrainProgress extends Disposable {
  readonly onEvent: (event: ToolEvent) => void;
  readonly say: (text: string) => void;
}

/**
 * Progress of a training. On a terminal it is one bar. Elsewhere a line is written every 10
 * seconds. The loss on the probe gets a line of its own. With `quiet`, nothing is shown but what
 * `say` is told.
 */
export function trainProgress({ quiet, stream }: { readonly quiet: boolean; readonly stream: NodeJS.WriteStream }): TrainProgress {
  const bar = quiet || !stream.isTTY ? undefined : singleBar(stream, "training {bar} {value}/{total}  {note}");
  const seen = { first: 0, step: 0, of: 0, loss: 0 };
  let begunMs = 0;
  let shownMs = 0;
  let firstLoss: number | undefined;
  const note = (): string => {
    const seconds = (performance.now() - begunMs) / 1000;
    const made = seen.step - seen.first;
    const eta = made === 0 ? "-" : duration(((seen.of - seen.step) * seconds) / made);
    return `loss of the step ${seen.loss.toFixed(3)}, ETA ${eta}`;
  };
  const say = (text: string): void => {
    if (!bar?.isActive) return void stream.write(messageFor(stream, `${text}\n`));
    stream.write(`\r\u001b[K${messageFor(stream, `${text}\n`)}`);
    bar.render();
  };
  const tell = quiet ? (): void => {} : say;
  const onEvent = (event: ToolEvent): void => {
    switch (event.kind) {
      case "loaded":
        return tell(
          `${thousands(event.parameters / 1e6)}M parameters, ${thousands(event.trained / 1e6)}M of them trained${event.resumedAt === 0 ? "" : `; going on after step ${event.resumedAt}`}`,
        );
      case "begin":
        Object.assign(seen, { first: event.step, step: event.step, of: event.of });
        begunMs = shownMs = performance.now();
        bar?.start(event.of, event.step, { note: "" });
        return;
      case "step": {
        Object.assign(seen, { step: event.step, of: event.of, loss: event.loss });
        bar?.update(event.step, { note: note() });
        const now = performance.now();
        if (bar !== undefined || now - shownMs < lineEveryMs) return;
        shownMs = now;
        return tell(`step ${thousands(event.step)} of ${thousands(event.of)}   ${note()}`);
      }
      case "probe": {
        firstLoss ??= event.loss;
        const change = event.loss === firstLoss ? "" : `, ${firstLoss.toFixed(3)} at first`;
        return tell(pc.dim(`loss on the probe after ${thousands(event.step)} steps: `) + pc.bold(event.loss.toFixed(3)) + change);
      }
      case "saved":
        return tell(pc.dim(`checkpoint at step ${event.step}`));
      case "writing":
        bar?.stop();
        return tell("Writing the model");
      default:
    }
  };
  return { onEvent, say, [Symbol.dispose]: () => bar?.stop() };
}
