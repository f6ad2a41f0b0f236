import { SingleBar } from "cli-progress";

/** What all progress bars look like. */
export const barLook = {
  barsize: 16,
  hideCursor: true,
  clearOnComplete: true,
  fps: 10,
  barCompleteChar: "█",
  barIncompleteChar: "░",
} as const;

/**
 * A progress bar on a terminal.
 * @param format With `{bar}`, `{value}`, `{total}` and `{note}`.
 */
export function singleBar(stream: NodeJS.WriteStream, format: string): SingleBar {
  return new SingleBar({ ...barLook, format, stream });
}
