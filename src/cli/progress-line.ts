import { percent, thousands } from "../texts/number-text.ts";

const everyMs = 200;

/**
 * One line of progress, redrawn at most every 200 ms and removed at the end. Nothing is shown when
 * the stream is not a terminal.
 */
export interface ProgressLine extends Disposable {
  readonly show: (done: number, of: number) => void;
  readonly clear: () => void;
}

export function progressLine(stream: NodeJS.WriteStream, what: string): ProgressLine {
  let shownMs = 0;
  let isShown = false;
  const clear = (): void => {
    if (isShown) stream.write("\r\u001B[2K");
    isShown = false;
  };
  return {
    show(done, of) {
      const now = performance.now();
      if (!stream.isTTY || now - shownMs < everyMs) return;
      shownMs = now;
      isShown = true;
      stream.write(`\r\u001B[2K  ${thousands(done)} of ${thousands(of)} ${what} (${percent(done, of)})`);
    },
    clear,
    [Symbol.dispose]: clear,
  };
}
