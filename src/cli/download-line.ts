import type { Progress } from "../hub/download.ts";
import { thousands } from "../texts/number-text.ts";

/**
 * Shows the progress of a download. On a terminal, one line is redrawn at most every 200 ms.
 * Elsewhere, a new line is written at most every 3 seconds. The last report is always shown.
 */
export function downloadLine(stream: NodeJS.WriteStream): (progress: Progress) => void {
  const everyMs = stream.isTTY ? 200 : 3_000;
  let shownMs = 0;
  return ({ receivedBytes, totalBytes }) => {
    const now = performance.now();
    const isLast = receivedBytes === totalBytes;
    if (!isLast && now - shownMs < everyMs) return;
    shownMs = now;
    const share = totalBytes ? ` of ${thousands(totalBytes / 1e6)} MB (${Math.floor((receivedBytes / totalBytes) * 100)}%)` : " MB";
    const text = `  ${thousands(receivedBytes / 1e6)}${share}`;
    stream.write(stream.isTTY ? `\r${text}${isLast ? "\n" : ""}` : `${text}\n`);
  };
}
