import { ModelError } from "../errors.ts";
import { addressOf } from "../models/call-address.ts";
import type { ModelCall, ModelReply } from "../models/model.ts";
import type { RoadConfig } from "../pipeline/road.ts";

/** Thrown for a call that the journal does not hold. */
export class NotPaid extends Error {}

/**
 * Answers the calls of one row from the journal, when the row is taken through the phases again.
 * The returned function gives undefined for a call that the journal does not hold. The first such
 * call of `generate` is taken for a prompt that did not fit the model's context. For it the
 * function throws a ModelError (`context-overflow`), so that the phase goes on without the
 * demonstrations, as it did in the run. The paper's prompt always has its demonstrations, so
 * nothing is thrown for it.
 * @param get Finds a reply by the call's address.
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
