/**
 * Works through items, `width` at a time and no further ahead than that, in the order in which they come. After the first error, or
 * once `signal` is aborted, no further item is begun; what is under way is left to end.
 * @throws the first error of `work`.
 */
export async function inLanes<T>(
  items: AsyncIterable<T>,
  width: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const failures: unknown[] = [];
  async function lane(): Promise<void> {
    while (failures.length === 0 && !signal.aborted) {
      try {
        const next = await iterator.next();
        if (next.done === true) return;
        await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: width }, lane));
  await iterator.return?.();
  if (failures.length > 0) throw failures[0];
}
