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
