import { useEffect, useState } from "preact/hooks";
import type { CallsReply, RowReply } from "../wire-shapes.ts";
import { getCalls, getRow } from "./api.ts";

export interface Fetched<T> {
  readonly value: T | undefined;
  readonly problem: string | undefined;
}

/** One row with all that is known of it, and its neighbours under a filter. */
export function useRow(position: number, query: string, version: number): Fetched<RowReply> {
  return useFetched(
    (signal) => getRow(position, query, signal),
    [position, query, version],
    (reply) => reply.row.position === position,
  );
}

/** The model calls behind a row. They are fetched once `isWanted` is true. */
export function useCalls(position: number, isWanted: boolean): Fetched<CallsReply> {
  return useFetched((signal) => (isWanted ? getCalls(position, signal) : undefined), [position, isWanted]);
}

/**
 * @param fits Whether a value that was fetched for other inputs may be shown until the new one is
 * there.
 */
function useFetched<T>(
  ask: (signal: AbortSignal) => Promise<T> | undefined,
  inputs: readonly (string | number | boolean)[],
  fits: (value: T) => boolean = () => false,
): Fetched<T> {
  const key = inputs.join("\n");
  const [fetched, setFetched] = useState<Fetched<T> & { key: string }>({ key, value: undefined, problem: undefined });
  useEffect(() => {
    const controller = new AbortController();
    ask(controller.signal)
      ?.then((value) => setFetched({ key, value, problem: undefined }))
      .catch((error: unknown) => {
        if (!controller.signal.aborted)
          setFetched({ key, value: undefined, problem: error instanceof Error ? error.message : String(error) });
      });
    return () => controller.abort();
  }, [key]);
  if (fetched.key === key) return fetched;
  return fetched.value !== undefined && fits(fetched.value) ? fetched : { value: undefined, problem: undefined };
}
