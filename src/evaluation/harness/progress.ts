import { duration, thousands } from "../../texts/number-text.ts";

/** How far a task is. */
export interface HarnessProgress {
  /** Questions to the model, which are several for an item that offers choices. */
  readonly done: number;
  readonly of: number;
}

/** A line of tqdm, such as `Running loglikelihood requests:  12%|#2   | 5/40 [00:01<00:07]`. */
const bar = /^(?:Running \w+ requests|Requesting API):\s+\d+%\|.*\| (\d+)\/(\d+) \[/;

/** The progress that a line of the harness's output tells, if it tells any. */
export function progressIn(line: string): HarnessProgress | undefined {
  const [, done, of] = bar.exec(line) ?? [];
  return done === undefined || of === undefined ? undefined : { done: Number(done), of: Number(of) };
}

/** A prompt that was longer than the model's context, so that its beginning was cut off. */
export function isCut(line: string): boolean {
  return /Left truncation applied|exceeds model's maximum length|Truncating context from/.test(line);
}

const tellEveryMs = 15_000;

/** Tells how far a task is, every 15 seconds, and when it begins. */
export function tellProgress(title: string, say: (text: string) => void) {
  let last: HarnessProgress = { done: 0, of: 0 };
  let first: { readonly done: number; readonly atMs: number } | undefined;
  let toldMs = performance.now();
  return {
    at: (progress: HarnessProgress): void => {
      const now = performance.now();
      const { done, of } = progress;
      last = progress;
      first ??= { done, atMs: now };
      if (now - toldMs < tellEveryMs) return;
      toldMs = now;
      const each = (now - first.atMs) / (done - first.done);
      const left = Number.isFinite(each) ? `, ${duration((each * (of - done)) / 1000, "whole")} left` : "";
      say(`${title}: ${thousands(done)} of ${thousands(of)} questions to the model${left}`);
    },
    /** Questions that were answered, as far as was told. */
    done: (): number => last.done,
  };
}
