import { ModelError } from "../errors.ts";
import { addressOf } from "../models/call-address.ts";
import type { ModelCall, ModelReply } from "../models/model.ts";
import type { RoadConfig } from "../pipeline/road.ts";

/** A call that the journal does not hold. */
export class NotPaid extends Error {}

/**
 * What the journal answers to the calls of one row whose road is walked again; undefined to a call that it does not hold. The first call of
 * `generate` that it does not hold is taken for a prompt that did not fit the context.
 * @throws ModelError (`context-overflow`) to that one, so that the road goes on without the demonstrations, as it did then.
 */
export function fromJournal(
  { phases }: Pick<RoadConfig, "phases">,
  get: (address: string) => ModelReply | undefined,
): (phase: string, call: ModelCall, model: string) => ModelReply | undefined {
  let isWithoutDemonstrations = phases.generate.prompt === "paper";
  return (phase, call, model) => {
    const reply = get(addressOf(model, call));
    if (reply === undefined && phase === "generate" && !isWithoutDemonstrations) {
      isWithoutDemonstrations = true;
      throw new ModelError("context-overflow", "not in the journal");
    }
    return reply;
  };
}
