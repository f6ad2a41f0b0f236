import type { RunConfig } from "../config/run-config.ts";
import { backendOf } from "../models/index.ts";
import { addressOf } from "../models/call-address.ts";
import { isHeld, probeCall } from "../models/openai/probe-constraint.ts";
import type { ReadableJournal } from "../runs/open-run.ts";

/**
 * The configuration with what a paid probe found in place of the generator's `--constrain auto`. A
 * folder where only previews were made has no run.json that says so.
 */
export function withPaidProbe(config: RunConfig, journal: Pick<ReadableJournal, "get"> | undefined): RunConfig {
  const { generator } = config;
  if (generator.constraintField !== "auto") return config;
  const field = backendOf(generator).constraints.find((one) => {
    const reply = journal?.get(addressOf(generator.model, probeCall(generator, one)));
    return reply !== undefined && isHeld(reply.text, generator, one);
  });
  return field === undefined ? config : { ...config, generator: { ...generator, constraintField: field } };
}
