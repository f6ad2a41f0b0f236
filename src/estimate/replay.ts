import type { RunConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import type { Model } from "../models/model.ts";
import type { TokenCounter } from "../models/tokenizers/token-counter.ts";
import type { ReadableJournal } from "../runs/open-run.ts";
import { fromJournal, NotPaid } from "./from-journal.ts";
import { askingPhase, noUse, withCall, type RowUse } from "./row-use.ts";
import { replayRoad } from "../pipeline/replay-road.ts";

export interface ReplayOptions {
  readonly config: RunConfig;
  readonly model: Model;
  readonly judge: Model;
  readonly counter: TokenCounter;
  readonly judgeCounter: TokenCounter;
  readonly journal: ReadableJournal;
  readonly signal: AbortSignal;
}

/**
 * Finds in the journal what a row really used, repeated calls included. The row is taken through
 * the run's own phases, and the journal answers their calls.
 * @returns undefined when the journal does not hold all the calls, and when the row failed
 */
export async function replay(entry: DatasetEntry, options: ReplayOptions): Promise<RowUse | undefined> {
  const { config, model, judge, counter, judgeCounter, journal, signal } = options;
  let use = noUse;
  const answered = fromJournal(config, (address) => journal.get(address));
  try {
    const outcome = await replayRoad(entry, {
      config,
      model,
      judge,
      signal,
      calibration: journal.calibration,
      round: (phase) => journal.round(phase),
      answer: (phase, call, { name }) => {
        const reply = answered(phase, call, name);
        if (reply === undefined) throw new NotPaid();
        const { name: paid, asks } = askingPhase(phase);
        const counting = asks === "judge" ? judgeCounter : counter;
        const { inputTokens, outputTokens } = reply.usage;
        // A server that reports no usage leaves zeros. The tokens are counted here then.
        const isKnown = inputTokens + outputTokens > 0;
        use = withCall(
          use,
          paid,
          isKnown ? inputTokens : counting.countChat(call.messages),
          isKnown ? outputTokens : counting.count(reply.text),
        );
        return reply;
      },
    });
    return outcome === undefined || outcome.outcome === "failed" ? undefined : use;
  } catch (error) {
    if (error instanceof NotPaid) return undefined;
    throw error;
  }
}
