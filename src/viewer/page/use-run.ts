import { useEffect, useState } from "preact/hooks";
import type { RunReply } from "../wire-shapes.ts";
import { getRun } from "./api.ts";

const whileRunningMs = 1_000;
const otherwiseMs = 4_000;

export interface RunState {
  readonly run: RunReply | undefined;
  /** Why the run cannot be shown, or is out of date. */
  readonly problem: string | undefined;
  readonly refresh: () => void;
}

/**
 * The run's current state. It is fetched every second while the run is at work, otherwise every 4
 * seconds, and only while the page is in sight.
 */
export function useRun(): RunState {
  const [state, setState] = useState<{ run: RunReply | undefined; problem: string | undefined }>({ run: undefined, problem: undefined });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      let next = otherwiseMs;
      if (document.visibilityState === "visible") {
        try {
          const run = await getRun(controller.signal);
          setState({ run, problem: undefined });
          if (run.state === "running") next = whileRunningMs;
        } catch (error) {
          if (controller.signal.aborted) return;
          const why =
            error instanceof TypeError
              ? "The viewer has ended: start sysgen view again."
              : error instanceof Error
                ? error.message
                : String(error);
          setState((before) => ({ ...before, problem: why }));
        }
      }
      if (!controller.signal.aborted) timer = setTimeout(() => void ask(), next);
    };
    void ask();
    const onVisible = (): void => {
      if (document.visibilityState === "visible") setAsked((count) => count + 1);
    };
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [asked]);
  return { ...state, refresh: () => setAsked((count) => count + 1) };
}
