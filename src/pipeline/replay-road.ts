import type { DatasetEntry } from "../datasets/index.ts";
import { SysGenError } from "../errors.ts";
import type { Model, ModelCall, ModelReply } from "../models/model.ts";
import type { Calibration } from "../phases/calibration.ts";
import type { Outcome } from "../records/outcome.ts";
import { Road, type RoadConfig, type Rounds } from "./road.ts";

export interface ReplayRoadOptions {
  readonly config: RoadConfig;
  readonly model: Model;
  readonly judge: Model;
  /**
   * Answers in place of the models. A ModelError that it throws is handled as in a run. Any other
   * error ends the replay and is rethrown.
   */
  readonly answer: (phase: string, call: ModelCall, model: Model) => ModelReply;
  readonly round: Rounds;
  /** Where the judge drew its lines. */
  readonly calibration: Calibration;
  readonly signal: AbortSignal;
}

/**
 * Takes a row through the run's own phases, so that its prompts are the real ones, and asks no
 * model.
 * @returns undefined when the signal was aborted before the row had an outcome
 */
export async function replayRoad(
  entry: DatasetEntry,
  { config, model, judge, answer, round, calibration, signal }: ReplayRoadOptions,
): Promise<Outcome | undefined> {
  const answering = (named: Model): Model => ({
    ...named,
    call: async (call, { purpose }) => answer(purpose.name, call, named),
  });
  const road = new Road({
    config,
    model: answering(model),
    judge: answering(judge),
    draw: [],
    calibration,
    runRounds: round,
    stop: { rows: signal, calls: signal, fatal: undefined },
    callFailed: () => undefined,
    observer: {},
  });
  const outcome = await road.walk(entry, round);
  if (outcome === "waiting") throw new SysGenError("a replay answers every call, and found one that waits");
  return outcome;
}
