import { RowsAtOnce } from "./rows-at-once.ts";

export interface LaneOptions {
  /** Most items at work at once. */
  readonly width: number;
  /** Most items at work at once that the budget bears. At least one is. Default any number. */
  readonly affordable?: (() => number) | undefined;
  readonly signal: AbortSignal;
  /** Called once, when no item comes after those that are at work. */
  readonly onLast?: () => unknown;
}

/** How often the number of lanes is adapted. */
const adaptEveryMs = 50;

/**
 * Works through items in the order in which they come. `RowsAtOnce` decides how many are at work at
 * a time, up to `width`. No item is read before a lane is free for it. After the first error, or
 * once `signal` is aborted, no further item is begun or waited for. Items at work are left to end.
 * @throws the first error of `work`.
 */
export async function inLanes<T>(
  items: AsyncIterable<T>,
  { width, affordable = () => Infinity, signal, onLast }: LaneOptions,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const rowsAtOnce = new RowsAtOnce(width);
  const failures: unknown[] = [];
  const mostLanes = (): number => Math.min(rowsAtOnce.now, Math.max(1, affordable()));
  let isLast = false;
  let lanes = 0;
  let underWay = 0;
  let onEnd = (): void => undefined;
  const end = new Promise<void>((resolve) => (onEnd = resolve));
  const whenAborted = (): void => {
    if (underWay === 0) onEnd();
  };
  const goesOn = (): boolean => !isLast && failures.length === 0 && !signal.aborted;
  async function lane(): Promise<void> {
    while (goesOn() && lanes <= mostLanes()) {
      try {
        const next = await iterator.next();
        if (next.done === true) {
          if (!isLast) onLast?.();
          isLast = true;
        }
        if (next.done === true || signal.aborted) break;
        underWay++;
        try {
          await work(next.value);
        } finally {
          underWay--;
        }
      } catch (error) {
        if (!signal.aborted || error !== signal.reason) failures.push(error);
      }
      if (signal.aborted) whenAborted();
    }
    if (--lanes === 0) onEnd();
  }
  const openLanes = (): void => {
    while (goesOn() && lanes < mostLanes()) {
      lanes++;
      void lane();
    }
    if (lanes === 0) onEnd();
  };
  openLanes();
  const timer = setInterval(() => {
    rowsAtOnce.adapt();
    openLanes();
  }, adaptEveryMs);
  signal.addEventListener("abort", whenAborted, { once: true });
  await end;
  clearInterval(timer);
  signal.removeEventListener("abort", whenAborted);
  // After an abort the iterator's end is not waited for. The input may be a terminal or a pipe that
  // waits for its next row.
  const ending = iterator.return?.().catch(() => undefined);
  if (!signal.aborted) await ending;
  if (failures.length > 0) throw failures[0];
}

/** Settles as `promise` does, or rejects with the signal's reason once the signal is aborted. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // After an abort nobody awaits the promise. Its failure must not count as unhandled.
  promise.catch(() => undefined);
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
