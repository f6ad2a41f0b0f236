import type { Progress } from "../hub/download.ts";
import { thousands } from "../texts/number-text.ts";

/** Shows a download: one line that renews itself on a terminal, a line every few seconds elsewhere. */
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
