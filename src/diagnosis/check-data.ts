import type { RunConfig } from "../config/run-config.ts";
import { openDataset } from "../datasets/index.ts";
import { knownSets } from "../datasets/known-sets.ts";
import { SysGenError } from "../errors.ts";
import { isHubReference } from "../hub/reference.ts";
import type { Environment } from "../platform/environment.ts";
import { failed, ok, type Check } from "./check.ts";

/**
 * Reads the first rows of the input. Undefined for stdin, which can be read only once, and for a
 * dataset of the hub, which would be fetched.
 */
export async function checkData(config: RunConfig, env: Environment, signal: AbortSignal): Promise<Check | undefined> {
  const { input } = config;
  if (input === "-" || isHubReference(input) || knownSets.some(({ name }) => name === input)) return undefined;
  try {
    const dataset = await openDataset({ ...config, stdin: process.stdin, env, signal });
    await dataset.close();
    return ok("rows", `read in the format ${dataset.format.name}`);
  } catch (error) {
    if (!(error instanceof SysGenError)) throw error;
    return failed("rows", error.message.replace(/\.$/, ""), "Mend the input or its options. sysgen inspect shows what is read.");
  }
}
