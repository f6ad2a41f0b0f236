export interface LaneOptions {
  /** Items at work at once. */
  readonly width: number;
  readonly signal: AbortSignal;
  /** Told once no item comes after those that are at work. */
  readonly onLast?: () => void;
}

/**
 * Works through items, `width` at a time and no further ahead than that, in the order in which they come. After the first error, or
 * once `signal` is aborted, no further item is begun or waited for; what is under way is left to end.
 * @throws the first error of `work`.
 */
export async function inLanes<T>(
  items: AsyncIterable<T>,
  { width, signal, onLast }: LaneOptions,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const failures: unknown[] = [];
  let tellLast = onLast;
  let underWay = 0;
  let onQuiet = (): void => undefined;
  const quiet = new Promise<void>((resolve) => (onQuiet = resolve));
  const whenAborted = (): void => {
    if (underWay === 0) onQuiet();
  };
  async function lane(): Promise<void> {
    while (failures.length === 0 && !signal.aborted) {
      try {
        const next = await iterator.next();
        if (next.done === true) {
          tellLast?.();
          tellLast = undefined;
        }
        if (next.done === true || signal.aborted) return;
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
  }
  signal.addEventListener("abort", whenAborted, { once: true });
  await Promise.race([quiet, Promise.all(Array.from({ length: width }, lane))]);
  signal.removeEventListener("abort", whenAborted);
  // An input that never ends (a terminal, a pipe) may be waiting for its next row: its end is not waited for.
  const ending = iterator.return?.().catch(() => undefined);
  if (!signal.aborted) await ending;
  if (failures.length > 0) throw failures[0];
}

/** The promise, or the signal's reason once it is aborted. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // Nobody may be left to see it fail.
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
