import type { DatasetEntry } from "../datasets/index.ts";
import type { Model, ModelCall, ModelReply } from "../models/model.ts";
import type { Outcome } from "../records/outcome.ts";
import { Road, type RoadConfig, type Rounds } from "./road.ts";

export interface WalkOptions {
  readonly config: RoadConfig;
  readonly model: Model;
  readonly judge: Model;
  /** Answers in place of the models. An error that it throws ends the walk, and is thrown on. */
  readonly answer: (phase: string, call: ModelCall, model: Model) => ModelReply;
  readonly round: Rounds;
  readonly signal: AbortSignal;
}

/** Takes a row down the run's own road, so that its prompts are the real ones, and asks no model. */
export async function walk(
  entry: DatasetEntry,
  { config, model, judge, answer, round, signal }: WalkOptions,
): Promise<Outcome | undefined> {
  const answering = (named: Model): Model => ({
    ...named,
    call: async (call, { purpose }) => answer(purpose.name, call, named),
  });
  const road = new Road({
    config,
    model: answering(model),
    judge: answering(judge),
    stop: { rows: signal, calls: signal, fatal: undefined },
    callFailed: () => undefined,
    observer: {},
  });
  return road.walk(entry, round);
}
